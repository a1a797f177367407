/**
 * Removes from loops and branches what nobody uses: results, the carries that only they need, and
 * the constants and sequences that are not read any more. A carry that never changes becomes a
 * constant.
 */
import type { Eqn, Graph, Value } from '../ir/graph.ts';
import type { BranchOp, Params, ScanOp, WhileOp } from '../ir/op.ts';

/** What is left of an equation, and what stands for outputs that are no longer computed. */
export interface Pruned {
  readonly eqn: Eqn;
  readonly replaced: ReadonlyMap<Value, Value>;
}

/** Removes dead code from a graph; given from outside, because it prunes loops in turn. */
type Clean = (graph: Graph) => Graph;

const keep = <T>(list: readonly T[], isKept: (index: number) => boolean): T[] =>
  list.filter((_, k) => isKept(k));

const withOutputs = (graph: Graph, isKept: (index: number) => boolean, clean: Clean): Graph =>
  clean({ ...graph, outputs: keep(graph.outputs, isKept) });

const usedIn = (graph: Graph): Set<Value> =>
  new Set([...graph.eqns.flatMap((eqn) => eqn.inputs), ...graph.outputs]);

/** The numbers of carries that `wanted` ones depend on, themselves included. */
const neededCarries = (
  wanted: Iterable<number>,
  readBy: (carry: number) => Iterable<number>,
): Set<number> => {
  const needed = new Set<number>();
  const waiting = [...wanted];
  for (let carry = waiting.pop(); carry !== undefined; carry = waiting.pop()) {
    if (needed.has(carry)) continue;
    needed.add(carry);
    waiting.push(...readBy(carry));
  }
  return needed;
};

const isUsed = (eqn: Eqn, used: ReadonlySet<Value>, k: number): boolean =>
  used.has(eqn.outputs[k] as Value);

const pruneScan = (
  eqn: Eqn,
  op: ScanOp<Params>,
  used: ReadonlySet<Value>,
  clean: Clean,
): Pruned => {
  const { body, constants, carries, ...rest } = op.loop(eqn.params);
  const carriesReadFor = (output: number): number[] => {
    const reads = usedIn(withOutputs(body, (k) => k === output, clean));
    return Array.from({ length: carries }, (_, k) => k).filter((k) =>
      reads.has(body.inputs[constants + k] as Value),
    );
  };
  // A carry that a step hands on as it got it is a constant of the loop.
  const isFixed = (k: number): boolean => body.outputs[k] === body.inputs[constants + k];
  const results = body.outputs.map((_, k) => k).filter((k) => isUsed(eqn, used, k));
  const wanted = results.flatMap((k) => (k < carries ? [k] : carriesReadFor(k)));
  const needed = neededCarries(wanted, carriesReadFor);
  const replaced = new Map<Value, Value>();
  for (const k of needed) {
    if (isFixed(k)) replaced.set(eqn.outputs[k] as Value, eqn.inputs[constants + k] as Value);
  }
  const isCarry = (k: number): boolean => needed.has(k) && !isFixed(k);
  const isOutput = (k: number): boolean => (k < carries ? isCarry(k) : results.includes(k));
  const inner = withOutputs(body, isOutput, clean);
  const reads = usedIn(inner);
  const all = body.inputs.map((_, k) => k);
  const isRead = (k: number): boolean => reads.has(body.inputs[k] as Value);
  const fixed = all.filter(
    (k) => k >= constants && k < constants + carries && isFixed(k - constants),
  );
  const order = [
    ...all.filter((k) => k < constants && isRead(k)),
    ...fixed.filter(isRead),
    ...all.filter((k) => k >= constants && k < constants + carries && isCarry(k - constants)),
    ...all.filter((k) => k >= constants + carries && isRead(k)),
  ];
  const isConstant = (k: number): boolean => k < constants || fixed.includes(k);
  const loop = {
    ...rest,
    body: { ...inner, inputs: order.map((k) => body.inputs[k] as Value) },
    constants: order.filter(isConstant).length,
    carries: all.filter((k) => k < carries && isCarry(k)).length,
  };
  return {
    eqn: {
      ...eqn,
      params: op.rebuild(loop),
      inputs: order.map((k) => eqn.inputs[k] as Value),
      outputs: keep(eqn.outputs, isOutput),
    },
    replaced,
  };
};

const pruneWhile = (
  eqn: Eqn,
  op: WhileOp<Params>,
  used: ReadonlySet<Value>,
  clean: Clean,
): Pruned => {
  const loop = op.loop(eqn.params);
  const { conditionConstants, bodyConstants } = loop;
  const condition = clean(loop.condition);
  const carries = loop.body.outputs.map((_, k) => k);
  const readIn = (graph: Graph, constants: number): number[] => {
    const reads = usedIn(graph);
    return carries.filter((k) => reads.has(graph.inputs[constants + k] as Value));
  };
  const wanted = [
    ...carries.filter((k) => isUsed(eqn, used, k)),
    ...readIn(condition, conditionConstants),
  ];
  const needed = neededCarries(wanted, (carry) =>
    readIn(
      withOutputs(loop.body, (k) => k === carry, clean),
      bodyConstants,
    ),
  );
  const isKept = (k: number): boolean => needed.has(k);
  const body = withOutputs(loop.body, isKept, clean);
  const trim = (graph: Graph, constants: number): { graph: Graph; kept: number[] } => {
    const reads = usedIn(graph);
    const kept = graph.inputs
      .map((_, k) => k)
      .filter((k) => (k < constants ? reads.has(graph.inputs[k] as Value) : isKept(k - constants)));
    return { graph: { ...graph, inputs: kept.map((k) => graph.inputs[k] as Value) }, kept };
  };
  const test = trim(condition, conditionConstants);
  const step = trim(body, bodyConstants);
  const testConstants = test.kept.filter((k) => k < conditionConstants);
  const stepConstants = step.kept.filter((k) => k < bodyConstants);
  const first = conditionConstants + bodyConstants;
  const order = [
    ...testConstants,
    ...stepConstants.map((k) => conditionConstants + k),
    ...carries.filter(isKept).map((k) => first + k),
  ];
  const params = op.rebuild({
    condition: test.graph,
    body: step.graph,
    conditionConstants: testConstants.length,
    bodyConstants: stepConstants.length,
  });
  const inputs = order.map((k) => eqn.inputs[k] as Value);
  return {
    eqn: { ...eqn, params, inputs, outputs: keep(eqn.outputs, isKept) },
    replaced: new Map(),
  };
};

const pruneBranch = (
  eqn: Eqn,
  op: BranchOp<Params>,
  used: ReadonlySet<Value>,
  clean: Clean,
): Pruned => {
  const branches = op
    .branches(eqn.params)
    .map((branch) => withOutputs(branch, (k) => isUsed(eqn, used, k), clean));
  const reads = branches.map(usedIn);
  const isRead = (k: number): boolean =>
    branches.some(({ inputs }, b) => reads[b]?.has(inputs[k] as Value));
  const trimmed = branches.map((branch) => ({ ...branch, inputs: keep(branch.inputs, isRead) }));
  const [index, ...operands] = eqn.inputs;
  return {
    eqn: {
      ...eqn,
      params: op.rebuild(trimmed),
      inputs: [index as Value, ...keep(operands, isRead)],
      outputs: keep(eqn.outputs, (k) => isUsed(eqn, used, k)),
    },
    replaced: new Map(),
  };
};

/** The equation without what nobody uses; other equations stay as they are. */
export const prune = (eqn: Eqn, used: ReadonlySet<Value>, clean: Clean): Pruned => {
  const { op } = eqn;
  switch (op.kind) {
    case 'scan':
      return pruneScan(eqn, op, used, clean);
    case 'while':
      return pruneWhile(eqn, op, used, clean);
    case 'branch':
      return pruneBranch(eqn, op, used, clean);
    default:
      return { eqn, replaced: new Map() };
  }
};
