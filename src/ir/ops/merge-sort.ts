/** The order of a row: a stable merge sort, bottom up, between two arrays of places. */
import type { Machine } from '../machine.ts';
import type { Scalars } from '../scalar.ts';

/** Whether `x` must come before `y`. */
export type Before = <E>(s: Scalars<E>, x: E, y: E) => E;

/** Writes which element of input 0, a row of length n, comes in each place of the order. */
export const mergeSort = <E>(m: Machine<E>, n: number, before: Before): void => {
  const { s, i } = m;
  const bool = s.as('bool');
  const whole = (value: number): E => i.constant(value);
  const keys = m.cells(s.dtype, n);
  let [from, to] = [m.cells('i32', n), m.cells('i32', n)];
  m.loop(n, (k) => {
    keys.store(k, m.read(0, [k]));
    from.store(k, k);
  });
  for (let width = 1; width < n; width *= 2) {
    const [left, leftEnd] = [m.variable(whole(0)), m.variable(whole(0))];
    const [right, rightEnd] = [m.variable(whole(0)), m.variable(whole(0))];
    m.loop(n, (k) => {
      const isStart = i.eq(i.rem(k, whole(2 * width)), whole(0));
      m.when(isStart, () => {
        const middle = i.min(i.add(k, whole(width)), whole(n));
        left.set(k);
        leftEnd.set(middle);
        right.set(middle);
        rightEnd.set(i.min(i.add(k, whole(2 * width)), whole(n)));
      });
      const [a, b] = [left.get(), right.get()];
      // Places beyond a run's end are read but never chosen; keep them inside the arrays.
      const first = m.bounded(from.load(i.min(a, whole(n - 1))), n);
      const second = m.bounded(from.load(i.min(b, whole(n - 1))), n);
      const isBefore = before(s, keys.load(second), keys.load(first));
      const isLeftOver = i.ge(a, leftEnd.get());
      const takesRight = bool.or(isLeftOver, bool.and(i.lt(b, rightEnd.get()), isBefore));
      m.when(
        takesRight,
        () => {
          to.store(k, second);
          right.set(i.add(b, whole(1)));
        },
        () => {
          to.store(k, first);
          left.set(i.add(a, whole(1)));
        },
      );
    });
    [from, to] = [to, from];
  }
  m.loop(n, (k) => m.write(0, [k], from.load(k)));
};
