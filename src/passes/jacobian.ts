/**
 * Jacobians: the rows are cotangent maps of the unit vectors of an output, the columns are
 * derivatives along the unit vectors of an input; either way all at once, as a batch.
 */
import {
  type Builder,
  buildGraph,
  type Graph,
  inline,
  newValue,
  typesOf,
  type Value,
  withBuilder,
} from '../ir/graph.ts';
import { batchGraph } from '../ir/ops/batching.ts';
import { constantLike, iota } from '../ir/ops/constants.ts';
import { batchAll } from '../ir/ops/define.ts';
import { pushGraph } from '../ir/ops/forward.ts';
import { cast, eq } from '../ir/ops/logic.ts';
import { inlineKeeping, pullback } from '../ir/ops/reverse.ts';
import { permute, reshape } from '../ir/ops/views.ts';
import { sizeOf, type TensorType } from '../ir/types.ts';

/** All unit vectors of a type, one after the other along a new first axis. */
const unitVectors = ({ dtype, shape }: TensorType): Value => {
  const size = sizeOf(shape);
  const [row, column] = [0, 1].map((axis) =>
    iota([], { axis, shape: [size, size], dtype: 'i32' }),
  ) as [Value, Value];
  return reshape(cast(eq(row, column), { dtype }), { shape: [size, ...shape] });
};

const zeros = (output: TensorType, input: TensorType): Value =>
  constantLike({ dtype: input.dtype, shape: [...output.shape, ...input.shape] }, 0);

const converted = (value: Value, dtype: TensorType['dtype']): Value =>
  value.type.dtype === dtype ? value : cast(value, { dtype });

const byRows = (graph: Graph, sources: readonly number[], targets: readonly number[]): Graph => {
  const marks = graph.inputs.map((_, input) => sources.includes(input));
  const whole = buildGraph(`${graph.name}Jacobian`, typesOf(graph.inputs), (values) =>
    inlineKeeping(graph, values, marks),
  );
  const wanted = sources.map((input) => whole.inputs[input] as Value);
  const builder: Builder = { eqns: [...whole.eqns] };
  const blocks = withBuilder(builder, () =>
    targets.flatMap((target) => {
      const end = whole.outputs[target] as Value;
      const cotangent = newValue(end.type);
      const { eqns, reads, results } = pullback(whole, [end], [cotangent], wanted);
      const reached = results.filter((result) => result !== null);
      const step = { name: '', inputs: [...reads, cotangent], eqns, outputs: reached };
      const size = sizeOf(end.type.shape);
      const inputs = [
        ...reads.map((value) => ({ value, batched: false })),
        { value: unitVectors(end.type), batched: true },
      ];
      const rows = batchAll(batchGraph(step, inputs, size), size);
      return wanted.map(({ type }, k) => {
        if (results[k] === null) return zeros(end.type, type);
        const shape = [...end.type.shape, ...type.shape];
        return reshape(rows.shift() as Value, { shape });
      });
    }),
  );
  return { ...whole, eqns: builder.eqns, outputs: [...whole.outputs, ...blocks] };
};

const byColumns = (graph: Graph, sources: readonly number[], targets: readonly number[]): Graph =>
  buildGraph(`${graph.name}Jacobian`, typesOf(graph.inputs), (values) => {
    const outputs = inline(graph, values);
    const columns = sources.map((source) => {
      const { type } = values[source] as Value;
      const size = sizeOf(type.shape);
      const isThere: boolean[] = [];
      const along = buildGraph(graph.name, typesOf([...values, { type } as Value]), (all) => {
        const tangent = all.pop() as Value;
        const tangents = all.map((_, input) => (input === source ? tangent : null));
        const pushed = pushGraph(graph, all, tangents);
        const moved = targets.map((target) => pushed.tangents[target] ?? null);
        isThere.push(...moved.map((one) => one !== null));
        return moved.filter((one) => one !== null);
      });
      const inputs = [
        ...values.map((value) => ({ value, batched: false })),
        { value: unitVectors(type), batched: true },
      ];
      const moved = batchAll(batchGraph(along, inputs, size), size);
      return targets.map((target, k) => {
        const output = (graph.outputs[target] as Value).type;
        if (isThere[k] !== true) return zeros(output, type);
        const first = moved.shift() as Value;
        const axes = [...output.shape.map((_, axis) => axis + 1), 0];
        const shape = [...output.shape, ...type.shape];
        return converted(reshape(permute(first, { axes }), { shape }), type.dtype);
      });
    });
    return [...outputs, ...targets.flatMap((_, k) => columns.map((column) => column[k] as Value))];
  });

/**
 * The outputs of `graph`, then for every output numbered in `targets` its derivatives by the inputs
 * numbered in `sources`: the axes of the output before those of the input, in the dtype of the
 * input. `mode` says whether rows (reverse) or columns (forward) are computed.
 */
export const jacobianGraph = (
  graph: Graph,
  sources: readonly number[],
  targets: readonly number[],
  mode: 'forward' | 'reverse',
): Graph => (mode === 'reverse' ? byRows : byColumns)(graph, sources, targets);
