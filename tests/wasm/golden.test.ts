/**
 * The WebAssembly of some golden programs as text. `npx vitest run tests/wasm/golden.test.ts -u`
 * writes the files anew.
 */
import { expect, test } from 'vitest';
import { openWasm } from '../../src/backends/wasm/index.ts';
import { makeProgram } from '../../src/passes/compile.ts';
import { programs } from '../passes/golden-programs.ts';
import { withoutFusedProducts } from './backend-families.ts';

// On every version of Node.js the same.
const wasm = await withoutFusedProducts(async () => openWasm({}, { keepsOrder: false }));
const names = ['elementwise', 'softmax', 'columns', 'gather'];
const table = programs.filter(([name]) => names.includes(name));

test('every name is a program', () => {
  expect(table.map(([name]) => name).sort()).toEqual([...names].sort());
});
test.each(table.map(([name, graph]) => [name, graph] as const))('%s', async (name, graph) => {
  const program = makeProgram(graph, { verify: true });
  const { sources } = wasm.compile(program);
  const text = `${[...new Set(sources)].join('\n\n')}\n`;
  await expect(text).toMatchFileSnapshot(`golden/${name}.wat`);
});
