/**
 * Checks that a graph means something: run after every stage in tests, and on graphs read from
 * text.
 */
import { GradloomError } from './errors.ts';
import type { Eqn, Graph, Value } from './graph.ts';
import { graphsOf } from './op.ts';
import { printLines } from './print-graph.ts';
import { sameType, showType, sizeOf } from './types.ts';
import { reportFault } from './verify-fault.ts';

/**
 * Throws an InternalError that names `stage` when a value is used before it is defined or defined
 * twice, or when a type is not what the op's rule says; graphs inside equations are checked as
 * well.
 */
export const verifyGraph = (graph: Graph, stage: string): void => {
  const fault = (
    rule: string,
    line: (starts: readonly number[], last: number) => number,
  ): never => {
    const { lines, starts } = printLines(graph);
    return reportFault(stage, rule, lines, line(starts, lines.length - 2));
  };
  const defined = new Set<Value>();
  graph.inputs.forEach((input, k) => {
    if (defined.has(input)) fault(`input ${k} is given twice`, () => 0);
    try {
      sizeOf(input.type.shape);
    } catch (cause) {
      if (!(cause instanceof GradloomError)) throw cause;
      fault(`input ${k}: ${cause.rule}`, () => 0);
    }
    defined.add(input);
  });
  graph.eqns.forEach((eqn, k) => {
    const rule = faultOf(eqn, defined, stage);
    if (rule !== undefined) fault(rule, (starts) => starts[k] ?? 0);
    for (const output of eqn.outputs) defined.add(output);
  });
  graph.outputs.forEach((output, k) => {
    if (!defined.has(output)) fault(`output ${k} is not defined`, (_, last) => last);
  });
};

/** What is wrong with an equation, given the values defined before it. */
const faultOf = (eqn: Eqn, defined: ReadonlySet<Value>, stage: string): string | undefined => {
  const { op, params, inputs, outputs } = eqn;
  const undefinedInput = inputs.findIndex((input) => !defined.has(input));
  if (undefinedInput >= 0)
    return `${op.name}: operand ${undefinedInput} is not defined before its use`;
  const isRepeated = outputs.some(
    (output, k) => defined.has(output) || outputs.indexOf(output) < k,
  );
  if (isRepeated) return `${op.name}: an output is defined twice`;
  let held: readonly Graph[] = [];
  try {
    const types = op.type(
      inputs.map((input) => input.type),
      params,
    );
    held = graphsOf(op, params);
    if (types.length !== outputs.length) {
      return `${op.name}: has ${types.length} outputs, not ${outputs.length}`;
    }
    const wrong = outputs.findIndex((output, k) => !sameType(output.type, types[k] ?? output.type));
    const type = types[wrong];
    if (type !== undefined) return `${op.name}: output ${wrong} should be ${showType(type)}`;
  } catch (cause) {
    // Type rules trust the form of attributes; whatever they trip over is a fault of the equation.
    return `${op.name}: ${cause instanceof GradloomError ? cause.rule : String(cause)}`;
  }
  for (const graph of held) verifyGraph(graph, stage);
  return undefined;
};
