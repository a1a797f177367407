/**
 * Turns the loops and branches of a graph into steps. What the values of their graphs stand for in
 * memory is settled here: constants and carries are values of the surrounding program; slices of
 * sequences and of stacked results are parts of them.
 */
import { type Eqn, type Graph, newValue, type Value } from '../ir/graph.ts';
import type { Params, ScanOp, WhileOp } from '../ir/op.ts';
import { sizeOf } from '../ir/types.ts';
import { bindKernel } from './bind-kernel.ts';
import type { Lowered, Slice, ValueStep } from './steps.ts';

/** A graph whose equations are lowered. */
export interface LoweredGraph {
  readonly graph: Graph;
  readonly body: readonly (Lowered | LoweredControl)[];
}
/** A loop or a branch whose graphs are lowered. */
export interface LoweredControl {
  readonly control: Eqn;
  readonly graphs: readonly LoweredGraph[];
}

/** What the values of one graph stand for; values that nobody bound stand for themselves. */
class Binding {
  private readonly slices: Map<Value, Slice>;
  readonly #computed: ReadonlySet<Value>;
  constructor({ graph }: LoweredGraph, around?: Binding) {
    this.slices = new Map(around?.slices);
    this.#computed = new Set(graph.eqns.flatMap((eqn) => eqn.outputs));
  }
  readonly of = (value: Value): Slice => this.slices.get(value) ?? { value, strides: [] };
  bind(value: Value, slice: Slice): void {
    this.slices.set(value, slice);
  }
  /** Lets a result of the graph be computed in `slice`, or says what must be copied there. */
  deliver(value: Value, slice: Slice): ValueStep[] {
    if (!this.#computed.has(value) || this.slices.has(value)) {
      return copy(this.of(value), slice, value);
    }
    this.bind(value, slice);
    return [];
  }
}

const isSame = (a: Slice, b: Slice): boolean =>
  a.value === b.value &&
  a.strides.length === b.strides.length &&
  a.strides.every(({ loop, stride }, k) => {
    const other = b.strides[k];
    return loop === other?.loop && stride === other.stride;
  });
/** A copy of the size of `value`, unless there is nothing to copy. */
const copy = (from: Slice, to: Slice, { type }: Value): ValueStep[] => {
  const length = sizeOf(type.shape);
  return length === 0 || isSame(from, to) ? [] : [{ kind: 'copy', from, to, length }];
};

/** The steps of a lowered graph. */
export const bindLoops = (lowered: LoweredGraph): ValueStep[] =>
  bindBody(lowered, new Binding(lowered));

const bindBody = ({ body }: LoweredGraph, binding: Binding): ValueStep[] =>
  body.flatMap((item) => {
    if ('kernel' in item) return [bindKernel(item, binding.of)];
    switch (item.control.op.kind) {
      case 'scan':
        return bindScan(item, item.control.op, binding);
      case 'while':
        return bindWhile(item, item.control.op, binding);
      default:
        return bindBranch(item, binding);
    }
  });

/**
 * The carries become `states` at the end of a step. What one carry takes from another is read
 * before that one changes.
 */
const advance = (next: readonly Value[], states: readonly Slice[], inner: Binding): ValueStep[] => {
  const reads: ValueStep[] = [];
  const writes: ValueStep[] = [];
  next.forEach((value, k) => {
    const [from, to] = [inner.of(value), states[k] as Slice];
    const isOther = states.some((state, j) => j !== k && isSame(from, state));
    const through = isOther ? { value: newValue(value.type), strides: [] } : from;
    if (isOther) reads.push(...copy(from, through, value));
    writes.push(...copy(through, to, value));
  });
  return [...reads, ...writes];
};

const bindScan = (
  { control, graphs }: LoweredControl,
  op: ScanOp<Params>,
  outer: Binding,
): ValueStep[] => {
  const { length, reverse, constants, carries } = op.loop(control.params);
  const lowered = graphs[0] as LoweredGraph;
  const { inputs, outputs } = lowered.graph;
  const loop = { count: length, reverse };
  const part = (whole: Value, { type }: Value): Slice => {
    const { value, strides } = outer.of(whole);
    return { value, strides: [...strides, { loop, stride: sizeOf(type.shape) }] };
  };
  const inner = new Binding(lowered, outer);
  const before: ValueStep[] = [];
  const states = control.outputs.slice(0, carries).map(outer.of);
  inputs.forEach((input, k) => {
    const given = control.inputs[k] as Value;
    const state = states[k - constants];
    if (k < constants) inner.bind(input, outer.of(given));
    else if (state === undefined) inner.bind(input, part(given, input));
    else {
      before.push(...copy(outer.of(given), state, input));
      inner.bind(input, state);
    }
  });
  if (length === 0) return before;
  const stacked = outputs.slice(carries).flatMap((value, k) => {
    const whole = control.outputs[carries + k] as Value;
    return inner.deliver(value, part(whole, value));
  });
  const next = outputs.slice(0, carries);
  const body = [...bindBody(lowered, inner), ...stacked, ...advance(next, states, inner)];
  return [...before, { kind: 'repeat', loop, body }];
};

const bindWhile = (
  { control, graphs }: LoweredControl,
  op: WhileOp<Params>,
  outer: Binding,
): ValueStep[] => {
  const { conditionConstants, bodyConstants } = op.loop(control.params);
  const [condition, body] = graphs as [LoweredGraph, LoweredGraph];
  const constants = conditionConstants + bodyConstants;
  const states = control.outputs.map(outer.of);
  const before = control.inputs
    .slice(constants)
    .flatMap((value, k) => copy(outer.of(value), states[k] as Slice, value));
  const bind = (lowered: LoweredGraph, given: readonly Value[]): Binding => {
    const inner = new Binding(lowered, outer);
    lowered.graph.inputs.forEach((input, k) => {
      const value = given[k];
      const state = states[k - given.length] as Slice;
      inner.bind(input, value === undefined ? state : outer.of(value));
    });
    return inner;
  };
  const test = bind(condition, control.inputs.slice(0, conditionConstants));
  const step = bind(body, control.inputs.slice(conditionConstants, constants));
  return [
    ...before,
    {
      kind: 'while',
      test: bindBody(condition, test),
      condition: test.of(condition.graph.outputs[0] as Value),
      body: [...bindBody(body, step), ...advance(body.graph.outputs, states, step)],
    },
  ];
};

const bindBranch = ({ control, graphs }: LoweredControl, outer: Binding): ValueStep[] => {
  const [index, ...operands] = control.inputs;
  const branches = graphs.map((lowered) => {
    const inner = new Binding(lowered, outer);
    lowered.graph.inputs.forEach((input, k) => {
      inner.bind(input, outer.of(operands[k] as Value));
    });
    const copies = lowered.graph.outputs.flatMap((value, k) =>
      inner.deliver(value, outer.of(control.outputs[k] as Value)),
    );
    return [...bindBody(lowered, inner), ...copies];
  });
  return [{ kind: 'branch', index: outer.of(index as Value), branches }];
};
