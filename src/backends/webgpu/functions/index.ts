/** The WGSL functions that kernels call, and which of them a text needs. */
import { InternalError } from '../../../ir/errors.ts';
import { bitFunctions } from './bits.ts';
import { exponentials } from './exponentials.ts';
import { specialFunctions } from './special.ts';
import { trigonometry } from './trigonometry.ts';

const functions: ReadonlyMap<string, string> = new Map(
  [bitFunctions, exponentials, trigonometry, specialFunctions].flatMap(Object.entries<string>),
);

const namesIn = (text: string): Set<string> => new Set(text.match(/\bgl_\w+/g));

/**
 * The definitions of all functions that a WGSL text mentions, and of those that these mention,
 * callees first.
 */
export const functionsIn = (text: string): string[] => {
  const done = new Set<string>();
  const definitions: string[] = [];
  const define = (name: string): void => {
    if (done.has(name)) return;
    done.add(name);
    const definition = functions.get(name);
    if (definition === undefined) {
      throw new InternalError('webgpu', `there is no WGSL function '${name}'`);
    }
    for (const used of namesIn(definition)) define(used);
    definitions.push(definition);
  };
  for (const name of namesIn(text)) define(name);
  return definitions;
};
