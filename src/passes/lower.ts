/**
 * Lowering: writes the kernel of every group. The shape of the loops follows the group's kind; the
 * bodies are the meanings of the ops, read through whatever views lie between.
 */
import type { Eqn, Value } from '../ir/graph.ts';
import {
  type Kernel,
  type KernelBuffer,
  type KernelParameter,
  type Origin,
  walkStatements,
} from '../ir/kernel.ts';
import { vectorLanes } from '../ir/lane-strides.ts';
import type { ContractOp, Params } from '../ir/op.ts';
import type { Target } from '../ir/target.ts';
import { sizeOf } from '../ir/types.ts';
import { type Access, newIndexes } from './access.ts';
import { bindLoops, type LoweredGraph } from './bind-loops.ts';
import { questionsAbout } from './contract-questions.ts';
import { Emitter, newBuffer } from './emitter.ts';
import type { Fused } from './fuse.ts';
import type { Domain, Group } from './groups.ts';
import { lowerContract } from './lower-contract.ts';
import { contractInLanes } from './lower-contract-vectors.ts';
import { lowerRows } from './lower-rows.ts';
import { lowerScatter } from './lower-scatter.ts';
import { lowerSequential, sequentialFlops } from './lower-sequential.ts';
import { weightOf } from './probe.ts';
import type { Lowered, ValueStep } from './steps.ts';
import { tileContract } from './tile-contract.ts';

/** Writes the kernel of one group; without lanes where they cannot be vectors. */
const lowerGroup = (group: Group, fused: Fused, name: string, target: Target): Lowered => {
  const { hasPlainLanes, lowered } = writeGroup(group, fused, name, target);
  if (hasPlainLanes) return lowered;
  let fits = true;
  walkStatements(lowered.kernel.body, (stmt) => {
    if (stmt.kind !== 'for' || stmt.loop !== 'lanes') return;
    if (vectorLanes(stmt) === undefined) fits = false;
  });
  return fits ? lowered : writeGroup(group, fused, name, { ...target, lanes: 1 }).lowered;
};

const writeGroup = (
  group: Group,
  fused: Fused,
  name: string,
  target: Target,
): { readonly lowered: Lowered; readonly hasPlainLanes: boolean } => {
  const members = new Set(group.eqns.flatMap((eqn) => eqn.outputs));
  const emitter = new Emitter({
    producers: fused.producers,
    isForeign: (value) => fused.anchors.has(value) && !members.has(value),
  });
  const outputs = new Map<Value, KernelBuffer>();
  for (const value of members) {
    if (fused.stored.has(value)) {
      outputs.set(value, newBuffer(value.type.dtype, sizeOf(value.type.shape)));
    }
  }
  const store = (value: Value, access: Access): void => {
    const buffer = outputs.get(value);
    if (buffer === undefined) return;
    emitter.store(buffer, access.position, emitter.read(value, access));
  };
  const storeMembers = (domain: Domain): void => {
    for (const [value, place] of group.places) store(value, place(domain));
  };
  const { workgroup, lanes = 1 } = target;
  const updated = new Set<KernelBuffer>();
  switch (group.kind) {
    case 'map': {
      const outer = newIndexes(group.outer);
      emitter.loops(outer, group.outer, 'parallel', () => storeMembers({ outer, inner: [] }));
      break;
    }
    case 'rows':
      lowerRows(emitter, group, fused, { store, buffers: outputs }, target);
      break;
    case 'contract':
      if (workgroup === undefined) {
        if (
          lanes === 1 ||
          !contractInLanes(
            emitter,
            group,
            target,
            questionsAbout(group, fused, outputs.keys()),
            outputs,
            storeMembers,
          )
        ) {
          lowerContract(emitter, group, storeMembers);
        }
      } else if (!tileContract(emitter, group, workgroup, storeMembers)) {
        lowerContract(emitter, group, storeMembers, false);
      }
      break;
    case 'scatter':
      if (lowerScatter(emitter, group.root, outputs, target)) {
        updated.add(outputs.get(group.root.outputs[0] as Value) as KernelBuffer);
      }
      break;
    case 'sequential':
      lowerSequential(emitter, group, store, target);
      break;
  }
  const parameters: KernelParameter[] = [];
  const values: Value[] = [];
  for (const [value, buffer] of emitter.loads) {
    parameters.push({ buffer, access: 'read' });
    values.push(value);
  }
  for (const [value, buffer] of outputs) {
    parameters.push({ buffer, access: updated.has(buffer) ? 'update' : 'write' });
    values.push(value);
  }
  const kernel: Kernel = {
    name,
    parameters,
    body: emitter.body,
    inPlace: [],
    flops: flopsOf(group),
    origin: originOf(group, fused),
  };
  return { lowered: { kernel, values, group, fused }, hasPlainLanes: emitter.hasPlainLanes };
};

/** The ops that a kernel computes, also those it repeats for itself, and the line of its root. */
const originOf = ({ root, eqns }: Group, { producers, anchors }: Fused): Origin => {
  const seen = new Set<Eqn>();
  const visit = (eqn: Eqn): void => {
    if (seen.has(eqn)) return;
    for (const input of eqn.inputs) {
      const producer = anchors.has(input) ? undefined : producers.get(input);
      if (producer !== undefined) visit(producer);
    }
    seen.add(eqn);
  };
  eqns.forEach(visit);
  const all = [...seen];
  return {
    ops: [...new Set(all.map(({ op }) => op.name))],
    site: root.site ?? all.find(({ site }) => site !== undefined)?.site,
  };
};

/** Floating point operations: what the members compute per element, fold and contract. */
const flopsOf = (group: Group): number =>
  group.eqns.reduce((sum, eqn) => {
    const { op, params, inputs, outputs } = eqn;
    const types = inputs.map((input) => input.type);
    const size = sizeOf((outputs[0] as Value).type.shape);
    switch (op.kind) {
      case 'reduce':
        return sum + sizeOf((inputs[0] as Value).type.shape);
      case 'contract':
        return sum + 2 * size * sizeOf((op as ContractOp<Params>).space(types, params).sum);
      case 'scatter':
        return sum + sizeOf((inputs[inputs.length - 1] as Value).type.shape);
      case 'sequential':
        return sum + sequentialFlops(eqn);
      case 'region':
        return sum;
      default:
        return sum + size * weightOf(eqn);
    }
  }, 0);

/**
 * Writes the kernels of all groups, in launch order. Groups whose results have no elements, or
 * no reader, need none.
 */
export const lower = (fused: Fused, target: Target): ValueStep[] =>
  bindLoops(lowerGraph(fused, target, new Map()));

const lowerGraph = (fused: Fused, target: Target, counters: Map<string, number>): LoweredGraph => {
  const isNeeded = (group: Group): boolean =>
    group.kind === 'control' ||
    group.eqns.some((eqn) =>
      eqn.outputs.some((output) => fused.stored.has(output) && sizeOf(output.type.shape) > 0),
    );
  const body = fused.groups.filter(isNeeded).map((group) => {
    if (group.kind === 'control') {
      const graphs = (fused.inside.get(group.root) ?? []).map((inner) =>
        lowerGraph(inner, target, counters),
      );
      return { control: group.root, graphs };
    }
    const count = counters.get(group.kind) ?? 0;
    counters.set(group.kind, count + 1);
    return lowerGroup(group, fused, `${group.kind}${count}`, target);
  });
  return { graph: fused.graph, body };
};
