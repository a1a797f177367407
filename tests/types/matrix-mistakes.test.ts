/** Mistakes with matrices: what the editor says, and that the same call says the same at run time. */
import * as T from 'gradloom';
import { expect, test, vi } from 'vitest';
import { checkFile } from './checker.ts';

// The checker reads the declarations of the platform once, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const prelude = `import * as T from 'gradloom';
declare const z: <const S extends readonly number[]>(...shape: S) => T.Tensor<S>;
`;
const z = (...shape: number[]): T.Tensor<T.Dynamic> => T.zeros(shape);

const mistakes: readonly (readonly [string, () => unknown])[] = [
  ['T.inv(z(2, 3))', () => T.inv(z(2, 3))],
  ['T.det(z(3))', () => T.det(z(3))],
  ['T.solve(z(4, 3, 3), z(4))', () => T.solve(z(4, 3, 3), z(4))],
  ['T.solve(z(4, 3, 3), z(2, 3, 1))', () => T.solve(z(4, 3, 3), z(2, 3, 1))],
  ['T.triangularSolve(z(3, 3), z())', () => T.triangularSolve(z(3, 3), z())],
  ['T.diag(z(2, 2, 2))', () => T.diag(z(2, 2, 2))],
  ['T.trace(z(3))', () => T.trace(z(3))],
  ['T.tril(z(3))', () => T.tril(z(3))],
  ['T.cross(z(2, 4), z(4))', () => T.cross(z(2, 4), z(4))],
  ['T.tensordot(z(2, 3), z(4, 3), 1)', () => T.tensordot(z(2, 3), z(4, 3), 1)],
  ['T.tensordot(z(2, 3), z(4))', () => T.tensordot(z(2, 3), z(4))],
  ['T.tensordot(z(2), z(2, 2), [[0], [0, 1]])', () => T.tensordot(z(2), z(2, 2), [[0], [0, 1]])],
  ['T.meshgrid([z(2), z(2, 2)])', () => T.meshgrid([z(2), z(2, 2)])],
  ['T.cumsum(z(2, 3), 2)', () => T.cumsum(z(2, 3), 2)],
];

test('the editor and the run time say the same', () => {
  const code = mistakes.map(([call]) => call).join(';\n');
  const { diagnostics } = checkFile('tests/types/matrix-mistake.ts', `${prelude}${code};\n`);
  const sentences = diagnostics.map(
    (text) => /"([a-z]\w+(?: \([a-z ]+\))?: [^"]*)"/.exec(text)?.[1],
  );
  const rules = mistakes.map(([, run]) => {
    try {
      run();
    } catch (error) {
      if (error instanceof T.GradloomError) return error.rule;
      throw error;
    }
    return 'nothing was thrown';
  });
  expect(sentences).toEqual(rules);
});
