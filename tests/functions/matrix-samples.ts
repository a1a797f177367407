/** One call of every function on matrices, and of every running fold, away from kinks. */
import * as g from 'gradloom';
import type { Any } from './naive.ts';
import type { Sample } from './samples.ts';

const square = (name: string, call: (x: Any) => g.AnyTensor): Sample => ({
  name,
  shapes: [[2, 3, 3]],
  // The diagonal is made large, so that every matrix is far from singular.
  call: (x) => call(g.add(x, g.mul(g.eye(3, 3, { dtype: x.dtype as 'f32' }), 3)) as Any),
});
const running = (name: string, call: (x: Any) => g.AnyTensor): Sample => ({
  name,
  shapes: [[2, 4]],
  call,
});
/** The samples. */
export const matrixSamples: readonly Sample[] = [
  running('cumsum', (x) => g.cumsum(x, 0)),
  running('cumprod', (x) => g.cumprod(x, 1, { reverse: true })),
  running('cummax', (x) => g.cummax(x)),
  running('cummin', (x) => g.cummin(x, 1, { reverse: true })),
  running('cumlogsumexp', (x) => g.cumlogsumexp(x)),
  square('cholesky', (x) => g.cholesky(x)),
  square('lu', (x) => g.add(g.lu(x).lower as Any, g.lu(x).upper as Any)),
  square('triangularSolve', (x) => g.triangularSolve(x, x, { lower: false })),
  square('solve', (x) => g.solve(x, g.slice(x, [null, null, [0, 2]]) as Any)),
  square('inv', (x) => g.inv(x)),
  square('det', (x) => g.det(x)),
  square('slogdet', (x) => g.slogdet(x).logarithm),
  square('logdet', (x) => g.logdet(x)),
  square('diagonal', (x) => g.diagonal(x, { offset: 1 })),
  square('trace', (x) => g.trace(x)),
  { name: 'diag', shapes: [[3]], call: (x) => g.diag(x, { offset: 1 }) },
  { name: 'kron', shapes: [[2, 1], [3]], call: (a, b) => g.kron(a, b) },
  { name: 'cross', shapes: [[2, 3], [3]], call: (a, b) => g.cross(a, b) },
  {
    name: 'meshgrid',
    shapes: [[2], [3]],
    call: (a, b) => {
      const [x, y] = g.meshgrid([a, b]);
      return g.mul(x as Any, y as Any);
    },
  },
];
