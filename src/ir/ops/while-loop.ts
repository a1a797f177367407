/**
 * The loop that ends when its condition fails. How often it runs is known only when it runs, so
 * forward mode works and reverse mode, which would need the values of every step, does not.
 */
import { DifferentiationError, DTypeError } from '../errors.ts';
import { buildGraph, type Graph, inline, typesOf, type Value } from '../graph.ts';
import type { BatchInput, Cotangents, Pushed, WhileLoop, WhileOp } from '../op.ts';
import { showType, type TensorType } from '../types.ts';
import { batchGraph } from './batching.ts';
import { constantLike } from './constants.ts';
import { batchAll, type MultiOp, multi } from './define.ts';
import { pushGraph } from './forward.ts';
import { requireInputs, requireOutputs } from './held-graphs.ts';
import { select } from './logic.ts';
import { reduceOr } from './reductions.ts';
import { withoutDead } from './reverse.ts';
import { broadcast } from './views.ts';

interface Parts<T> {
  readonly forCondition: readonly T[];
  readonly forBody: readonly T[];
  readonly carries: readonly T[];
}

const split = <T>(list: readonly T[], loop: WhileLoop): Parts<T> => {
  const start = loop.conditionConstants + loop.bodyConstants;
  return {
    forCondition: list.slice(0, loop.conditionConstants),
    forBody: list.slice(loop.conditionConstants, start),
    carries: list.slice(start),
  };
};

const present = <T>(list: readonly (T | null)[]): T[] => list.filter((item) => item !== null);

const typeRule = (inputs: readonly TensorType[], params: WhileLoop): readonly TensorType[] => {
  const { condition, body } = params;
  const { forCondition, forBody, carries } = split(inputs, params);
  requireInputs('whileLoop', typesOf(condition.inputs), [...forCondition, ...carries]);
  requireInputs('whileLoop', typesOf(body.inputs), [...forBody, ...carries]);
  requireOutputs('whileLoop', carries, typesOf(body.outputs));
  const [test, ...others] = typesOf(condition.outputs);
  if (test?.dtype !== 'bool' || test.shape.length > 0 || others.length > 0) {
    throw new DTypeError('whileLoop: the condition must give one bool scalar', {
      got: typesOf(condition.outputs).map(showType).join(', ') || 'nothing',
    });
  }
  return typesOf(body.outputs);
};

/** One loop over values and tangents; which carries have tangents is found by trying. */
const pushWhile = (inputs: readonly Value[], tangents: Cotangents, params: WhileLoop): Pushed => {
  const { condition, body, conditionConstants, bodyConstants } = params;
  const { forCondition, forBody, carries } = split(inputs, params);
  const fixedSeeds = split(tangents, params).forBody;
  const seeds = [...split(tangents, params).carries];
  for (;;) {
    const along = [...fixedSeeds, ...seeds];
    const [fixedAlong, carriesAlong] = [present(fixedSeeds), present(seeds)];
    let arriving: Cotangents = [];
    const types = typesOf([...forBody, ...fixedAlong, ...carries, ...carriesAlong]);
    const pushed = buildGraph(`${body.name}Jvp`, types, (values) => {
      const fixed = values.splice(0, bodyConstants);
      const moved = values.splice(0, fixedAlong.length);
      const own = [...fixed, ...values.splice(0, carries.length)];
      moved.push(...values);
      const ends = along.map((seed) => (seed === null ? null : (moved.shift() as Value)));
      const result = pushGraph(body, own, ends);
      arriving = result.tangents;
      const carried = result.outputs.flatMap((output, k) =>
        seeds[k] === null ? [] : [arriving[k] ?? constantLike(output, 0)],
      );
      return [...result.outputs, ...carried];
    });
    if (seeds.some((seed, k) => seed === null && arriving[k] !== null)) {
      carries.forEach((value, k) => {
        if (arriving[k] !== null) seeds[k] ??= constantLike(value, 0);
      });
      continue;
    }
    const testTypes = typesOf([...forCondition, ...carries, ...carriesAlong]);
    const results = [
      ...whileLoop([...forCondition, ...forBody, ...fixedAlong, ...carries, ...carriesAlong], {
        condition: buildGraph(condition.name, testTypes, (values) => inline(condition, values)),
        body: withoutDead(pushed),
        conditionConstants,
        bodyConstants: bodyConstants + fixedAlong.length,
      }),
    ];
    const outputs = results.splice(0, carries.length);
    return {
      outputs,
      tangents: seeds.map((seed) => (seed === null ? null : (results.shift() as Value))),
    };
  }
};

const withLeading = (type: TensorType, size: number): TensorType => ({
  dtype: type.dtype,
  shape: [size, ...type.shape],
});

/** A graph over a batch on the inputs marked, and which of its outputs are batched. */
const batchHeld = (
  graph: Graph,
  marks: readonly boolean[],
  size: number,
  finish: (results: readonly BatchInput[]) => readonly Value[],
): { graph: Graph; found: readonly BatchInput[] } => {
  let found: readonly BatchInput[] = [];
  const types = typesOf(graph.inputs).map((type, k) => (marks[k] ? withLeading(type, size) : type));
  const batched = buildGraph(`${graph.name}Vmap`, types, (values) => {
    const own = values.map((value, k) => ({ value, batched: marks[k] === true }));
    found = batchGraph(graph, own, size);
    return finish(found);
  });
  return { graph: batched, found };
};

/** `condition`, one truth per example, along the first axis of `like`. */
const alongBatch = (condition: Value, like: Value): Value =>
  broadcast(condition, { shape: like.type.shape, axes: [0] });

/**
 * The loop of examples that end at different times: it runs until all have ended, and those that
 * have keep their carries. The first carry says which go on.
 */
const batchApart = (inputs: readonly BatchInput[], size: number, params: WhileLoop): Value[] => {
  const { condition, body, conditionConstants, bodyConstants } = params;
  const parts = split(inputs, params);
  const first = batchAll(parts.carries, size);
  const valuesOf = (list: readonly BatchInput[]): Value[] => list.map(({ value }) => value);
  const marksOf = (list: readonly BatchInput[]): boolean[] => list.map(({ batched }) => batched);
  const allMoving = first.map(() => true);
  const all = (results: readonly BatchInput[]): Value[] => batchAll(results, size);
  const test = batchHeld(condition, [...marksOf(parts.forCondition), ...allMoving], size, all);
  const step = batchHeld(body, [...marksOf(parts.forBody), ...allMoving], size, all);
  const fixedTest = valuesOf(parts.forCondition);
  const fixedStep = valuesOf(parts.forBody);
  const [going] = inline(test.graph, [...fixedTest, ...first]) as [Value];
  const carried = typesOf([going, ...first]);
  const types = [...typesOf([...fixedTest, ...fixedStep]), ...carried];
  const results = [
    ...whileLoop([...fixedTest, ...fixedStep, going, ...first], {
      condition: buildGraph(`${condition.name}Any`, carried, ([goesOn]) => [
        reduceOr(goesOn as Value, { axes: [0] }),
      ]),
      body: buildGraph(`${body.name}Vmap`, types, (values) => {
        const forTest = values.splice(0, conditionConstants);
        const forStep = values.splice(0, bodyConstants);
        const [goesOn, ...before] = values as [Value, ...Value[]];
        const after = inline(step.graph, [...forStep, ...before]).map((value, k) =>
          select(alongBatch(goesOn, value), value, before[k] as Value),
        );
        return [...inline(test.graph, [...forTest, ...after]), ...after];
      }),
      conditionConstants: 0,
      bodyConstants: conditionConstants + bodyConstants,
    }),
  ];
  return results.slice(1);
};

/** The loop over a batch; which carries have the batch axis is found by trying. */
const batchWhile = (inputs: readonly BatchInput[], size: number, params: WhileLoop): Value[] => {
  const parts = split(inputs, params);
  const marks = parts.carries.map(({ batched }) => batched);
  const marksOf = (list: readonly BatchInput[]): boolean[] => list.map(({ batched }) => batched);
  for (;;) {
    const finish = (results: readonly BatchInput[]): Value[] =>
      results.map((result, k) =>
        marks[k] ? (batchAll([result], size)[0] as Value) : result.value,
      );
    const step = batchHeld(params.body, [...marksOf(parts.forBody), ...marks], size, finish);
    const late = step.found.map((result, k) => result.batched && !marks[k]);
    if (late.includes(true)) {
      late.forEach((isLate, k) => {
        if (isLate) marks[k] = true;
      });
      continue;
    }
    const test = batchHeld(
      params.condition,
      [...marksOf(parts.forCondition), ...marks],
      size,
      (results) => results.map(({ value }) => value),
    );
    if (test.found[0]?.batched) return batchApart(inputs, size, params);
    const actual = [
      ...[...parts.forCondition, ...parts.forBody].map(({ value }) => value),
      ...parts.carries.map((carry, k) =>
        marks[k] ? (batchAll([carry], size)[0] as Value) : carry.value,
      ),
    ];
    const results = [...whileLoop(actual, { ...params, condition: test.graph, body: step.graph })];
    return batchAll(
      results.map((value, k) => ({ value, batched: marks[k] === true })),
      size,
    );
  }
};

const definition: WhileOp<WhileLoop> = {
  name: 'whileLoop',
  kind: 'while',
  rebuild: (loop) => loop,
  loop: (params) => params,
  type: typeRule,
  vjp: () => {
    throw new DifferentiationError('whileLoop: reverse mode cannot differentiate it', {
      hint:
        'reverse mode needs the values of every step: use scan or foriLoop with a known number ' +
        'of steps, or forward mode (jvp)',
    });
  },
  jvp: pushWhile,
  batch: batchWhile,
};
/** Repeats a graph while a condition on its carries holds. */
export const whileLoop: MultiOp<WhileLoop> = multi(definition);
