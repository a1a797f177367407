/** Where a contraction reads its two factors, and which axes of its output move which of them. */
import { indexes } from '../ir/expressions.ts';
import type { Value } from '../ir/graph.ts';
import type { Expr } from '../ir/kernel.ts';
import { newMemo } from '../ir/memo.ts';
import type { ContractOp, Params } from '../ir/op.ts';
import { Access } from './access.ts';
import type { Domain, Group } from './groups.ts';

const knownFactors = newMemo<Group, readonly [Access, Access]>();
/** The factors of a contraction at a point of its domain. */
export const factorsAt = (group: Group, domain: Domain): readonly [Access, Access] =>
  // Questions about a group are asked at its symbols, again and again.
  domain === group.symbols ? knownFactors.of(group, factorsAtSymbols) : findFactors(group, domain);
const factorsAtSymbols = (group: Group): readonly [Access, Access] =>
  findFactors(group, group.symbols);

const findFactors = (group: Group, domain: Domain): readonly [Access, Access] => {
  const { op, params, inputs } = group.root;
  const types = inputs.map((input) => input.type);
  const [x, y] = (op as ContractOp<Params>).factors(
    indexes,
    domain.outer,
    domain.inner,
    params,
    types,
  );
  return [
    Access.index((types[0] as Value['type']).shape, x),
    Access.index((types[1] as Value['type']).shape, y),
  ];
};

/** Whether an expression depends on a local. */
export const mentions = (e: Expr, local: Expr): boolean => {
  switch (e.kind) {
    case 'const':
      return false;
    case 'local':
      return local.kind === 'local' && e.id === local.id;
    case 'load':
      return mentions(e.at, local);
    case 'select':
      if (mentions(e.condition, local)) return true;
      break;
    default:
  }
  return mentions(e.x, local) || ('y' in e && mentions(e.y, local));
};

/** The output axes of a contraction, by the factors that they move. */
export interface ContractAxes {
  /** Axes along which only the first factor changes. */
  readonly rows: readonly number[];
  /** Axes along which only the second factor changes. */
  readonly columns: readonly number[];
  /** All others longer than 1. */
  readonly batch: readonly number[];
}

/** Sorts the output axes of a contraction. */
export const contractAxes = (group: Group): ContractAxes => {
  const [x, y] = factorsAt(group, group.symbols);
  const axes = { rows: [] as number[], columns: [] as number[], batch: [] as number[] };
  group.symbols.outer.forEach((index, axis) => {
    if (index.kind !== 'local') return;
    const [moves, other] = [mentions(x.position, index), mentions(y.position, index)];
    if (moves && !other) axes.rows.push(axis);
    else if (other && !moves) axes.columns.push(axis);
    else axes.batch.push(axis);
  });
  return axes;
};
