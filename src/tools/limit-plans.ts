/**
 * Two programs that do nothing but reach a limit of the machine: multiply-adds in registers, and a
 * copy. A backend makes of them what it makes of any plan, so what they reach, its kernels could.
 */
import { parsePlan } from '../ir/parse-plan.ts';
import type { Plan } from '../ir/plan.ts';
import type { Target } from '../ir/target.ts';

/**
 * Chains side by side. Two units with eight cycles from link to link need 16 of them; 13, the
 * factor and a product on its way fit 15 registers.
 */
const chains = 13;
/** Links of a chain per turn. Engines may write a chain to its end before they begin another. */
const links = 2;
/** Turns of one iteration, for each lane of a vector, and the iterations, which threads share. */
const [turnsPerLane, iterations] = [128, 64];

const lines = (count: number, write: (k: number) => string): string =>
  Array.from({ length: count }, (_, k) => write(k)).join('\n');

/** A body in which `v1` counts the lanes of a vector, where there are vectors. */
const inLanes = (lanes: number, body: string): string =>
  lanes === 1 ? `let v1: i32 = 0\n${body}` : `lanes v1 in 0..${lanes} {\n${body}\n}`;

/** A kernel that reads one array and writes another, in the memory of the second argument. */
interface LimitKernel {
  readonly name: string;
  readonly read: number;
  readonly written: number;
  readonly flops: number;
  readonly body: string;
}
const planOf = ({ name, read, written, flops, body }: LimitKernel, runs: number): Plan =>
  parsePlan(`plan ${name}(f32[${read}], f32[${written}]) arena 0 {
  result f32[${written}] = output 0
  donate 1 -> 0
  buffer p0: f32[${read}] = input 0
  buffer p1: f32[${written}] = output 0
  kernel ${name}(read b0: f32[${read}], write b1: f32[${written}]) flops ${flops} {
    ${body}
  }
  repeat t0 in ${runs} {
    launch 0 ${name}(p0, p1)
  }
}`);

/**
 * Chains x = x + x * factor, in vectors where the target has them, and with one instruction for
 * both operations where it has that. Each chain begins as another number, the factor comes from
 * memory and all ends are stored: nothing can be left out or computed in advance.
 */
export const multiplyAddPlan = ({ lanes = 1, joined = 1 }: Target): Plan => {
  const count = chains * joined;
  const turns = turnsPerLane * lanes;
  // Vectors that are to be joined need factors that lie side by side.
  const factor = (k: number): string => `v${3 + (k % joined)}`;
  const chain = (k: number): string => `v${100 + k}`;
  const link = (k: number): string => `${chain(k)} = ${chain(k)} + ${chain(k)} * ${factor(k)}`;
  const vector = (k: number): string => `v1 + ${k * lanes}`;
  const body = `${lines(joined, (k) => `let ${factor(k)}: f32 = b0[${vector(k)}]`)}
    ${lines(count, (k) => `var ${chain(k)}: f32 = ${k + 1.5}_f32`)}
    for v2 in 0..${turns} {
      ${lines(links, () => lines(count, link))}
    }
    ${lines(count, (k) => `b1[v0 * ${count * lanes} + ${vector(k)}] = ${chain(k)}`)}`;
  const kernel: LimitKernel = {
    name: 'multiplyAdds',
    read: joined * lanes,
    written: iterations * count * lanes,
    flops: 2 * iterations * turns * links * count * lanes,
    body: `parallel v0 in 0..${iterations} {\n${inLanes(lanes, body)}\n}`,
  };
  return planOf(kernel, 1);
};

/** Vectors, or elements, that one iteration of the copy takes. */
const copiedTogether = 4;

/**
 * Copies an array so many times; what is read and what is written of it are `bytes` together, a
 * multiple of 128.
 */
export const copyPlan = ({ lanes = 1 }: Target, bytes: number, runs: number): Plan => {
  const length = bytes / 8;
  const step = lanes * copiedTogether;
  const place = (k: number): string => `v0 + v1 + ${k * lanes}`;
  const body = `${lines(copiedTogether, (k) => `let v${2 + k}: f32 = b0[${place(k)}]`)}
    ${lines(copiedTogether, (k) => `b1[${place(k)}] = v${2 + k}`)}`;
  const kernel: LimitKernel = {
    name: 'copy',
    read: length,
    written: length,
    flops: 0,
    body: `parallel v0: [0, ${length - step}] in 0..${length} step ${step} {
      ${inLanes(lanes, body)}
    }`,
  };
  return planOf(kernel, runs);
};
