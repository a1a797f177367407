/** Type-level arithmetic, case by case. */
import type { Add, DivMod, FloorDiv, LessThan, Mul, Sub } from '../../src/types/arith.ts';

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Expect<T extends true> = T;
export type Cases = [
  Expect<Equal<Add<784, 16>, 800>>,
  Expect<Equal<Add<999, 1>, 1000>>,
  Expect<Equal<Add<1, 999>, 1000>>,
  Expect<Equal<Add<123456789, 987654321>, 1111111110>>,
  Expect<Equal<Sub<1000, 1>, 999>>,
  Expect<Equal<Sub<784, 784>, 0>>,
  Expect<Equal<Sub<32, 3>, 29>>,
  Expect<Equal<Sub<3, 4>, never>>,
  Expect<Equal<Mul<28, 28>, 784>>,
  Expect<Equal<Mul<12, 64>, 768>>,
  Expect<Equal<Mul<50257, 768>, 38597376>>,
  Expect<Equal<Mul<0, 768>, 0>>,
  Expect<Equal<Mul<1000, 1000>, 1000000>>,
  Expect<Equal<FloorDiv<224, 2>, 112>>,
  Expect<Equal<FloorDiv<225, 2>, 112>>,
  Expect<Equal<FloorDiv<768, 12>, 64>>,
  Expect<Equal<DivMod<784, 28>, [28, 0]>>,
  Expect<Equal<DivMod<785, 28>, [28, 1]>>,
  Expect<Equal<FloorDiv<1, 2>, 0>>,
  Expect<Equal<DivMod<38597376, 768>, [50257, 0]>>,
  Expect<Equal<DivMod<10, 100>, [0, 10]>>,
  Expect<Equal<DivMod<1000, 10>, [100, 0]>>,
  Expect<LessThan<9, 10>>,
  Expect<Equal<LessThan<10, 9>, false>>,
  Expect<Equal<LessThan<10, 10>, false>>,
];
