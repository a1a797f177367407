/** Sums and differences with a product, which some machines compute in one instruction. */
import type { Expr } from '../../ir/kernel.ts';

/** A product of two numbers. */
export type Product = Expr & { readonly kind: 'binary' };

/** z + x * y, or z - x * y. */
export interface FusedSum {
  readonly name: 'add' | 'sub';
  readonly product: Product;
  readonly z: Expr;
}

/** The sum with the factors of its product replaced. */
export const mapFactors = ({ product, ...sum }: FusedSum, map: (e: Expr) => Expr): FusedSum => ({
  ...sum,
  product: { ...product, x: map(product.x), y: map(product.y) },
});

/** An expression itself, if it is a product of f32. */
export const asProduct = (e: Expr): Product | undefined =>
  e.kind === 'binary' && e.name === 'mul' && e.dtype === 'f32' ? e : undefined;

/** An expression as a sum with a product; `productOf` says which operands are one. */
export const asFusedSum = (
  e: Expr,
  productOf: (operand: Expr) => Product | undefined,
): FusedSum | undefined => {
  if (e.kind !== 'binary' || e.dtype !== 'f32' || (e.name !== 'add' && e.name !== 'sub')) {
    return undefined;
  }
  const last = productOf(e.y);
  if (last !== undefined) return { name: e.name, product: last, z: e.x };
  const first = e.name === 'add' ? productOf(e.x) : undefined;
  return first === undefined ? undefined : { name: 'add', product: first, z: e.y };
};
