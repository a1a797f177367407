/**
 * The loop of known length. Its derivative in either mode is a loop too: forward mode carries
 * tangents along, reverse mode runs the other way over what the forward loop kept.
 */
import { ArgumentError } from '../errors.ts';
import { buildGraph, inline, newValue, typesOf, type Value } from '../graph.ts';
import type { BatchInput, Cotangents, Pushed, ScanLoop, ScanOp } from '../op.ts';
import { isDifferentiable, isHalf, type TensorType } from '../types.ts';
import { wide } from './backward.ts';
import { batchGraph } from './batching.ts';
import { constantLike } from './constants.ts';
import { batchAll, type MultiOp, multi } from './define.ts';
import { add } from './elementwise.ts';
import { pushGraph } from './forward.ts';
import { requireInputs, requireOutputs } from './held-graphs.ts';
import { cast } from './logic.ts';
import { inlineKeeping, pullback, withoutDead } from './reverse.ts';
import { extendScan, movingInputs, recipeFor } from './scan-residuals.ts';
import { permute } from './views.ts';

/** The attributes of `scan`. */
export interface ScanParams extends ScanLoop {
  /**
   * Whether the loop stands in the form that reverse mode reads: the last stacked results are what
   * the loop backwards needs, and equations of the body are in that form too.
   */
  readonly kept?: boolean | undefined;
}

/** What belongs to constants, to carries, and to sequences or stacked results. */
const split = <T>(list: readonly T[], constants: number, carries: number): [T[], T[], T[]] => [
  list.slice(0, constants),
  list.slice(constants, constants + carries),
  list.slice(constants + carries),
];

const present = <T>(list: readonly (T | null)[]): T[] => list.filter((item) => item !== null);

const withLeading = (type: TensorType, size: number): TensorType => ({
  dtype: type.dtype,
  shape: [size, ...type.shape],
});

/** The type of sums of values of a type: 16 bit floats are added in f32. */
const wideType = ({ dtype, shape }: TensorType): TensorType => ({
  dtype: isHalf(dtype) ? 'f32' : dtype,
  shape,
});

/** The batch axis moved past the axis of the loop, or back. */
const swapLeading = (x: Value): Value =>
  permute(x, { axes: [1, 0, ...x.type.shape.slice(2).map((_, k) => k + 2)] });

const typeRule = (
  inputs: readonly TensorType[],
  { body, length, constants, carries }: ScanParams,
): readonly TensorType[] => {
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new ArgumentError(`scan: the length must be a whole number >= 0, not ${length}`);
  }
  const taken = typesOf(body.inputs).map((type, k) =>
    k < constants + carries ? type : withLeading(type, length),
  );
  requireInputs('scan', taken, inputs);
  const before = typesOf(body.inputs).slice(constants, constants + carries);
  requireOutputs('scan', before, typesOf(body.outputs).slice(0, carries));
  return typesOf(body.outputs).map((type, k) => (k < carries ? type : withLeading(type, length)));
};

/** One loop over values and tangents; which carries have tangents is found by trying. */
const pushScan = (inputs: readonly Value[], tangents: Cotangents, params: ScanParams): Pushed => {
  const { body, constants, carries, length, reverse } = params;
  const seeds = [...tangents];
  for (;;) {
    const [fixed, first, sequences] = split(inputs, constants, carries);
    const [fixedSeeds, firstSeeds, sequenceSeeds] = split(seeds, constants, carries).map(present);
    const types = typesOf(body.inputs);
    const along = types.filter((_, k) => seeds[k] !== null);
    const counts = [fixedSeeds, firstSeeds, sequenceSeeds].map((list) => list?.length ?? 0);
    const parts = split(types, constants, carries);
    const alongParts = split(along, counts[0] as number, counts[1] as number);
    let arriving: Cotangents = [];
    const pushed = buildGraph(
      `${body.name}Jvp`,
      parts.flatMap((part, k) => [...part, ...(alongParts[k] ?? [])]),
      (values) => {
        const own: Value[] = [];
        const moved: Value[] = [];
        parts.forEach((part, k) => {
          own.push(...values.splice(0, part.length));
          moved.push(...values.splice(0, alongParts[k]?.length ?? 0));
        });
        const result = pushGraph(
          body,
          own,
          seeds.map((seed) => (seed === null ? null : (moved.shift() as Value))),
        );
        arriving = result.tangents;
        const carried = arriving
          .slice(0, carries)
          .flatMap((tangent, k) =>
            seeds[constants + k] === null
              ? []
              : [tangent ?? constantLike(result.outputs[k] as Value, 0)],
          );
        return [
          ...result.outputs.slice(0, carries),
          ...carried,
          ...result.outputs.slice(carries),
          ...present(arriving.slice(carries)),
        ];
      },
    );
    const late = first.findIndex((_, k) => arriving[k] !== null && seeds[constants + k] === null);
    if (late >= 0) {
      first.forEach((value, k) => {
        if (arriving[k] !== null) seeds[constants + k] ??= constantLike(value, 0);
      });
      continue;
    }
    const results = [
      ...scan(
        [
          ...[...fixed, ...(fixedSeeds ?? [])],
          ...[...first, ...(firstSeeds ?? [])],
          ...[...sequences, ...(sequenceSeeds ?? [])],
        ],
        {
          body: withoutDead(pushed),
          length,
          reverse,
          constants: constants + (counts[0] as number),
          carries: carries + (counts[1] as number),
        },
      ),
    ];
    const carryTangents = results.slice(carries, carries + (counts[1] as number));
    const rest = results.slice(carries + (counts[1] as number));
    const stacked = rest.splice(0, body.outputs.length - carries);
    return {
      outputs: [...results.slice(0, carries), ...stacked],
      tangents: body.outputs.map((_, k) => {
        const isThere = k < carries ? seeds[constants + k] !== null : arriving[k] !== null;
        if (!isThere) return null;
        return (k < carries ? carryTangents.shift() : rest.shift()) as Value;
      }),
    };
  }
};

/**
 * The loop backwards. Its constants and sequences are what the rules of the body read, its carries
 * the cotangents of the carries and the sums of those of the constants.
 */
const pullScan = (
  cotangents: Cotangents,
  inputs: readonly Value[],
  outputs: readonly Value[],
  given: ScanParams,
  wanted: readonly boolean[] = inputs.map(({ type }) => isDifferentiable(type.dtype)),
): Cotangents => {
  const { constants, carries, length, reverse } = given;
  const moves = movingInputs(given, wanted);
  const params = given.kept === true ? given : keepingBody(given, moves);
  const { body } = params;
  const sources = body.inputs.filter((_, k) => moves[k]);
  const arriving = cotangents.map((cotangent) => cotangent !== null);
  const walk = () => {
    const seeds = body.outputs.map(({ type }, k) => (arriving[k] ? newValue(type) : null));
    const pulled = pullback(body, body.outputs, seeds, sources);
    const leaving = body.inputs.map((input) => pulled.results[sources.indexOf(input)] ?? null);
    return { seeds, pulled, leaving };
  };
  let { seeds, pulled, leaving } = walk();
  for (;;) {
    // A carry that leaves a step with a cotangent brings it to the step before.
    const late = leaving
      .slice(constants, constants + carries)
      .map((cotangent, k) => cotangent !== null && arriving[k] !== true);
    if (!late.includes(true)) break;
    late.forEach((isLate, k) => {
      if (isLate) arriving[k] = true;
    });
    ({ seeds, pulled, leaving } = walk());
  }

  const recipe = recipeFor(params, pulled.reads);
  const missing = recipe.stored.filter((value) => body.outputs.indexOf(value, carries) < 0);
  if (missing.length > 0) {
    const extended = extendScan(params, missing);
    const none = extended.body.outputs.slice(cotangents.length).map(() => null);
    const kept = scan(inputs, extended);
    return pullScan([...cotangents, ...none], inputs, kept, extended, wanted);
  }

  const [fixed, first, sequences] = split(inputs, constants, carries);
  const [ownFixed, ownFirst, ownSequences] = split(body.inputs, constants, carries);
  const isRead = (value: Value): boolean => recipe.free.has(value);
  const sums = ownFixed.map((value, k) =>
    leaving[k] === null ? null : newValue(wideType(value.type)),
  );
  const carried = seeds.slice(0, carries);
  const stackedSeeds = seeds.slice(carries);
  const backward = buildGraph(
    `${body.name}Vjp`,
    typesOf([
      ...ownFixed.filter(isRead),
      ...present(carried),
      ...present(sums),
      ...ownSequences.filter(isRead),
      ...recipe.stored,
      ...present(stackedSeeds),
    ]),
    (values) => {
      const own = [
        ...ownFixed.filter(isRead),
        ...present(carried),
        ...present(sums),
        ...ownSequences.filter(isRead),
        ...recipe.stored,
        ...present(stackedSeeds),
      ];
      const ends = present(leaving);
      const step = { name: '', inputs: own, eqns: [...recipe.eqns, ...pulled.eqns], outputs: ends };
      const found = inline({ ...step, outputs: [...ends, ...present(sums)] }, values);
      const at = (k: number): Value | null => {
        const cotangent = leaving[k];
        return cotangent == null ? null : (found[ends.indexOf(cotangent)] as Value);
      };
      const totals = found.slice(ends.length);
      return [
        ...ownFirst.flatMap((value, k) =>
          carried[k] === null ? [] : [at(constants + k) ?? constantLike(value, 0)],
        ),
        ...ownFixed.flatMap((_, k) => {
          const cotangent = at(k);
          return cotangent === null ? [] : [add(totals.shift() as Value, wide(cotangent))];
        }),
        ...present(ownSequences.map((_, k) => at(constants + carries + k))),
      ];
    },
  );
  const results = [
    ...scan(
      [
        ...fixed.filter((_, k) => isRead(ownFixed[k] as Value)),
        ...first.flatMap((value, k) =>
          carried[k] === null ? [] : [cotangents[k] ?? constantLike(value, 0)],
        ),
        ...present(sums).map((value) => constantLike(value, 0)),
        ...sequences.filter((_, k) => isRead(ownSequences[k] as Value)),
        ...recipe.stored.map((value) => outputs[body.outputs.indexOf(value, carries)] as Value),
        ...present(cotangents.slice(carries)),
      ],
      {
        body: backward,
        length,
        reverse: !reverse,
        constants: ownFixed.filter(isRead).length,
        carries: present(carried).length + present(sums).length,
      },
    ),
  ];
  const firsts = carried.map((seed) => (seed === null ? null : (results.shift() as Value)));
  const next = (cotangent: Value | null): Value | null =>
    cotangent === null ? null : (results.shift() as Value);
  const fixedResults = leaving.slice(0, constants).map((cotangent, k) => {
    const sum = next(cotangent);
    const dtype = (ownFixed[k] as Value).type.dtype;
    return sum === null || sum.type.dtype === dtype ? sum : cast(sum, { dtype });
  });
  const sequenceResults = leaving.slice(constants + carries).map(next);
  return [...fixedResults, ...firsts, ...sequenceResults];
};

/** The loop with its body in the form that keeps what rules read. */
const keepingBody = (params: ScanParams, moves: readonly boolean[]): ScanParams => ({
  ...params,
  kept: true,
  body: buildGraph(params.body.name, typesOf(params.body.inputs), (values) =>
    inlineKeeping(params.body, values, moves),
  ),
});

const keepScan = (
  inputs: readonly Value[],
  given: ScanParams,
  wanted: readonly boolean[],
): readonly Value[] => {
  const moves = movingInputs(given, wanted);
  const params = keepingBody(given, moves);
  const { body } = params;
  const seeds = body.outputs.map(({ type }) =>
    isDifferentiable(type.dtype) ? newValue(type) : null,
  );
  const sources = body.inputs.filter((_, k) => moves[k]);
  const { reads } = pullback(body, body.outputs, seeds, sources);
  const missing = recipeFor(params, reads).stored.filter(
    (value) => body.outputs.indexOf(value, params.carries) < 0,
  );
  return scan(inputs, extendScan(params, missing));
};

/** The loop over a batch; which carries have the batch axis is found by trying. */
const batchScan = (
  inputs: readonly BatchInput[],
  size: number,
  { body, constants, carries, length, reverse }: ScanParams,
): Value[] => {
  const marks = inputs.map(({ batched }) => batched);
  for (;;) {
    const types = typesOf(body.inputs).map((type, k) =>
      marks[k] ? withLeading(type, size) : type,
    );
    let found: BatchInput[] = [];
    const batched = buildGraph(`${body.name}Vmap`, types, (values) => {
      const own = values.map((value, k) => ({ value, batched: marks[k] === true }));
      found = batchGraph(body, own, size);
      return found.map((result, k) =>
        k < carries && marks[constants + k] ? (batchAll([result], size)[0] as Value) : result.value,
      );
    });
    const late = found
      .slice(0, carries)
      .map((result, k) => result.batched && !marks[constants + k]);
    if (late.includes(true)) {
      late.forEach((isLate, k) => {
        if (isLate) marks[constants + k] = true;
      });
      continue;
    }
    const actual = inputs.map((input, k) => {
      if (k >= constants + carries) return input.batched ? swapLeading(input.value) : input.value;
      return marks[k] ? (batchAll([input], size)[0] as Value) : input.value;
    });
    const params = { body: batched, constants, carries, length, reverse };
    return scan(actual, params).map((value, k) => {
      const isBatched = k < carries ? marks[constants + k] === true : found[k]?.batched === true;
      if (k >= carries && isBatched) return swapLeading(value);
      return batchAll([{ value, batched: isBatched }], size)[0] as Value;
    });
  }
};

const definition: ScanOp<ScanParams> = {
  name: 'scan',
  kind: 'scan',
  loop: (params) => params,
  // A loop that was rewritten is made for running, not for reverse mode.
  rebuild: ({ body, length, reverse, constants, carries }) => ({
    body,
    length,
    reverse,
    constants,
    carries,
  }),
  type: typeRule,
  vjp: pullScan,
  jvp: pushScan,
  keep: keepScan,
  batch: batchScan,
};
/** A loop over the slices of sequences along their first axis, with values carried along. */
export const scan: MultiOp<ScanParams> = multi(definition);
