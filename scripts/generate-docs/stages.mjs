/** The texts that the compiler makes of the program in examples/one-tensor/program.ts. */
import { load } from './library.mjs';
import { fence } from './sources.mjs';

const explained = async (name) => {
  const { explain } = await load('src/index.ts');
  const program = await load('examples/one-tensor/program.ts');
  return explain(program[name])(...program.makeArguments());
};

/**
 * One stage of a function of the program; of the stages that have several kernels, `which` picks
 * one.
 */
export const showStage = async (name, stage, which) => {
  const { stages } = await explained(name);
  const found = stages.find((one) => one.name === stage);
  if (found === undefined) {
    throw new Error(`no stage '${stage}', only ${stages.map((one) => one.name).join(', ')}`);
  }
  if (which === undefined) return fence('text', found.text);
  const part = found.text.split('\n\n')[Number(which)];
  if (part === undefined) throw new Error(`stage '${stage}' has no part ${which}`);
  return fence('text', part);
};
