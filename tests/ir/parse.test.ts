/** Wrong texts: every fault is a FormatError that says where it is, and nothing else ever escapes. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FormatError, GradloomError } from '../../src/ir/errors.ts';
import { parseGraph, parseKernel, parsePlan } from '../../src/ir/parse.ts';
import { printGraph } from '../../src/ir/print.ts';
import { verifyGraph, verifyKernel, verifyPlan } from '../../src/ir/verify.ts';
import { planText, rowsText } from './examples.ts';
import { randomGraph } from './random-graph.ts';

const graphText = `graph f(%0: f32[2,3]) {
  %1: f32[2,3] = add(%0, %0)
  %2: f32[2] = reduceSum(%1) {axes: [1]}
  return %2
}`;

const faultOf = (parse: (text: string) => unknown, text: string): string => {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return (error as FormatError).message;
  }
  return 'no fault';
};

test('faults of graph texts name line and column', () => {
  const edit = (from: string, to: string): string =>
    faultOf(parseGraph, graphText.replace(from, to));
  expect(
    [
      edit('add(', 'addd('),
      edit('%0, %0', '%0, %7'),
      edit('%2: f32[2]', '%1: f32[2]'),
      edit('f32[2,3]', 'f8[2,3]'),
      edit('f32[2,3]', 'f32[2,-3]'),
      edit('[1]}', '[1}'),
      edit('axes: [1]', 'axes: [1], axes: [1]'),
      edit('axes', '__proto__'),
      edit('add(%0', 'add(%1'),
      edit('add', 'constructor'),
      edit('return', 'retrun'),
      edit('graph f', 'graph "f\\x"'),
      `${faultOf(parseGraph, `${graphText} x`)}`,
      `${faultOf(parseGraph, graphText.slice(0, -2))}`,
      `${faultOf(parseGraph, graphText.replace('[1]', '['.repeat(2000)))}`,
      faultOf(parseGraph, ''),
    ].join('\n'),
  ).toMatchInlineSnapshot(`
    "graph text, line 2, column 18: there is no op 'addd'
      got: %1: f32[2,3] = addd(%0, %0)
    graph text, line 2, column 26: %7 is not defined
      got: %1: f32[2,3] = add(%0, %7)
    graph text, line 3, column 3: %1 is defined twice
      got: %1: f32[2] = reduceSum(%1) {axes: [1]}
    graph text, line 1, column 13: 'f8' is no dtype
      got: graph f(%0: f8[2,3]) {
    graph text, line 1, column 19: expected a whole number
      got: graph f(%0: f32[2,-3]) {
    graph text, line 3, column 39: expected ']'
      got: %2: f32[2] = reduceSum(%1) {axes: [1}
    graph text, line 3, column 42: attribute 'axes' is given twice
      got: %2: f32[2] = reduceSum(%1) {axes: [1], axes: [1]}
    graph text, line 3, column 31: '__proto__' cannot be an attribute
      got: %2: f32[2] = reduceSum(%1) {__proto__: [1]}
    graph text, line 2, column 18: an equation uses its own output
      got: %1: f32[2,3] = add(%1, %0)
    graph text, line 2, column 18: there is no op 'constructor'
      got: %1: f32[2,3] = constructor(%0, %0)
    graph text, line 4, column 3: expected % and a number
      got: retrun %2
    graph text, line 1, column 7: a string with a wrong escape
      got: graph "f\\x"(%0: f32[2,3]) {
    graph text, line 5, column 3: expected the end of the text
      got: } x
    graph text, line 4, column 12: expected '}'
      got: return %2
    graph text, line 3, column 537: nested too deeply
      got: %2: f32[2] = reduceSum(%1) {axes: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
    graph text, line 1, column 1: expected 'graph'
      got: the end of the text"
  `);
});

test('faults of kernel and plan texts name line and column', () => {
  const kernel = (from: string, to: string): string =>
    faultOf(parseKernel, rowsText.replace(from, to));
  const plan = (from: string, to: string): string => faultOf(parsePlan, planText.replace(from, to));
  expect(
    [
      kernel('read b0', 'reads b0'),
      kernel('b1: i32', 'b0: i32'),
      kernel('max(v1,', 'max('),
      kernel('exp(', 'expo('),
      kernel('v0 * 10', 'v9 * 10'),
      kernel('b2[', 'b7['),
      kernel('0..2', '0.2'),
      kernel('0..10 {', '0..10 step 0 {'),
      kernel('1_f32', '1_f8'),
      kernel('- v1)', '- v1'),
      kernel('parallel', 'parallels'),
      kernel('flops', 'flop'),
      kernel('v6 == b1[v0]', '('.repeat(5000)),
      plan('buffer p1', 'buffer p3'),
      plan('launch 0 map0(p0', 'launch 0 map1(p0'),
      plan('launch 0 map0(p0', 'launch 9 map0(p0'),
      plan('(p0, p2)', '(p0, p12)'),
      plan('= arena 0', '= heap 0'),
      plan('result', 'outcome'),
      plan('arena 128', 'arena 1.5'),
    ].join('\n'),
  ).toMatchInlineSnapshot(`
    "kernel text, line 1, column 14: expected read, write, update or step
      got: kernel rows0(reads b0: f32[20], read b1: i32[2], write b2: f32[20]) flops 140 {
    kernel text, line 1, column 37: b0 is defined twice
      got: kernel rows0(read b0: f32[20], read b0: i32[2], write b2: f32[20]) flops 140 {
    kernel text, line 5, column 12: there is no instruction 'max' of 1 operands
      got: v1 = max( b0[v0 * 10 + v2])
    kernel text, line 9, column 21: there is no instruction 'expo' of 1 operands
      got: let v5: f32 = expo(b0[v0 * 10 + v4] - v1)
    kernel text, line 5, column 23: v9 is not defined
      got: v1 = max(v1, b0[v9 * 10 + v2])
    kernel text, line 11, column 7: b7 is not defined
      got: b7[v0 * 10 + v4] = v5
    kernel text, line 2, column 18: expected a whole number
      got: parallel v0 in 0.2 {
    kernel text, line 4, column 26: expected a whole number
      got: for v2 in 0..10 step 0 {
    kernel text, line 14, column 72: expected a dtype
      got: b2[v0 * 10 + v6] = b2[v0 * 10 + v6] / v3 - select(v6 == b1[v0], 1_f8, 0_f32)
    kernel text, line 10, column 7: expected ')'
      got: v3 = v3 + v5
    kernel text, line 2, column 3: expected a statement
      got: parallels v0 in 0..2 {
    kernel text, line 1, column 68: expected 'flops'
      got: kernel rows0(read b0: f32[20], read b1: i32[2], write b2: f32[20]) flop 140 {
    kernel text, line 14, column 553: nested too deeply
      got: b2[v0 * 10 + v6] = b2[v0 * 10 + v6] / v3 - select(((((((((((((((((((((((((((((((((((((((((((((((((((
    plan text, line 5, column 12: expected the definition of p1
      got: buffer p3: i32[2] = input 1
    plan text, line 36, column 10: there is no such kernel 'map1'
      got: launch 0 map1(p0, p2)
    plan text, line 36, column 10: there is no such kernel 'map0'
      got: launch 9 map0(p0, p2)
    plan text, line 36, column 24: p12 is not defined
      got: launch 0 map0(p0, p12)
    plan text, line 6, column 24: expected input or output
      got: buffer p2: f32[20] = heap 0
    plan text, line 2, column 3: expected 'launch'
      got: outcome f32[2,10] = output 0
    plan text, line 1, column 36: expected a whole number
      got: plan step(f32[2,10], i32[2]) arena 1.5 {"
  `);
});

/** Texts with a piece cut out, doubled, or replaced by a piece of another place. */
const damaged = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      text,
      fc.array(fc.tuple(fc.nat(), fc.nat(12), fc.nat(), fc.nat(12)), {
        minLength: 1,
        maxLength: 3,
      }),
    )
    .map(([start, edits]) =>
      edits.reduce((current, [at, cut, from, length]) => {
        const place = at % (current.length + 1);
        const source = from % (current.length + 1);
        const piece = current.slice(source, source + length);
        return current.slice(0, place) + piece + current.slice(place + cut);
      }, start),
    );

test.each([
  [
    'graph',
    damaged(randomGraph.map(printGraph)),
    (text: string) => verifyGraph(parseGraph(text), 'test'),
  ],
  [
    'kernel',
    damaged(fc.constant(rowsText)),
    (text: string) => verifyKernel(parseKernel(text), 'test'),
  ],
  ['plan', damaged(fc.constant(planText)), (text: string) => verifyPlan(parsePlan(text), 'test')],
] as const)('damaged %s texts give typed errors or something valid', (_, texts, read) => {
  let faults = 0;
  fc.assert(
    fc.property(texts, (text) => {
      try {
        read(text);
      } catch (error) {
        faults++;
        if (!(error instanceof GradloomError)) throw error;
      }
    }),
    { numRuns: 400 },
  );
  expect(faults).toBeGreaterThan(100);
});
