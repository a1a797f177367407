/** Kernels as text: buffers and locals are numbered from 0 in order of appearance. */
import type { Expr, Kernel, KernelBuffer, Local, Stmt } from './kernel.ts';
import { showName, showNumber } from './text-reader.ts';

/** How the operators of the text bind. */
const levels = { compare: 1, sum: 2, product: 3, primary: 4 } as const;
/** The symbols of the instructions that are written between their operands. */
export const symbols: Readonly<Record<string, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  rem: '%',
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
};
const levelOf = (e: Expr): number => {
  if (e.kind === 'compare') return levels.compare;
  if (e.kind !== 'binary' || symbols[e.name] === undefined) return levels.primary;
  return e.name === 'add' || e.name === 'sub' ? levels.sum : levels.product;
};

const showConstant = (e: Expr & { readonly kind: 'const' }): string => {
  if (e.dtype === 'bool' && (Object.is(e.value, 0) || e.value === 1)) {
    return e.value ? 'true' : 'false';
  }
  const isPlain = e.dtype === 'i32' && Number.isInteger(e.value) && !Object.is(e.value, -0);
  return isPlain ? String(e.value) : `${showNumber(e.value)}_${e.dtype}`;
};

/** Gives names to the locals and buffers of one kernel. */
class Names {
  readonly #locals = new Map<number, number>();
  readonly #buffers = new Map<number, number>();
  #nextLocal = 0;
  #nextBuffer = 0;
  define(local: Local): string {
    this.#locals.set(local.id, this.#nextLocal);
    return `v${this.#nextLocal++}`;
  }
  local(local: Local): string {
    return `v${this.#locals.get(local.id) ?? `?${local.id}`}`;
  }
  defineBuffer(buffer: KernelBuffer): string {
    this.#buffers.set(buffer.id, this.#nextBuffer);
    return `b${this.#nextBuffer++}: ${buffer.dtype}[${buffer.length}]`;
  }
  buffer(buffer: KernelBuffer): string {
    return `b${this.#buffers.get(buffer.id) ?? `?${buffer.id}`}`;
  }
}

const printExpression = (e: Expr, names: Names): string => {
  const print = (x: Expr): string => printExpression(x, names);
  const operand = (x: Expr, least: number): string =>
    levelOf(x) >= least ? print(x) : `(${print(x)})`;
  switch (e.kind) {
    case 'const':
      return showConstant(e);
    case 'local':
      return names.local(e);
    case 'load':
      return `${names.buffer(e.buffer)}[${print(e.at)}]`;
    case 'unary':
      return `${e.name}(${print(e.x)})`;
    case 'binary':
    case 'compare': {
      const symbol = symbols[e.name];
      if (symbol === undefined) return `${e.name}(${print(e.x)}, ${print(e.y)})`;
      const level = levelOf(e);
      const left = operand(e.x, e.kind === 'compare' ? level + 1 : level);
      return `${left} ${symbol} ${operand(e.y, level + 1)}`;
    }
    case 'select':
      return `select(${print(e.condition)}, ${print(e.x)}, ${print(e.y)})`;
    case 'cast':
      return `${e.dtype}(${print(e.x)})`;
    case 'bitcast':
      return `bitcast_${e.dtype}(${print(e.x)})`;
  }
};

/** The lines of a kernel's text, and the line of every statement. */
export interface KernelLines {
  readonly lines: readonly string[];
  readonly lineOf: ReadonlyMap<Stmt, number>;
}

const showRange = (range: Local['range']): string =>
  range === undefined ? '[]' : `[${range[0]}, ${range[1]}]`;
const loopWords = {
  parallel: 'parallel',
  serial: 'for',
  unrolled: 'unrolled',
  workgroup: 'workgroup',
  lanes: 'lanes',
} as const;

/**
 * Prints a kernel line by line; what is not defined where it is used shows with a `?` and its id.
 */
export const printKernelLines = (kernel: Kernel, indent: string = ''): KernelLines => {
  const names = new Names();
  const lines: string[] = [];
  const lineOf = new Map<Stmt, number>();
  const show = (e: Expr): string => printExpression(e, names);
  const define = (local: Local): string => {
    const range = local.range === undefined ? '' : ` ${showRange(local.range)}`;
    return `${names.define(local)}: ${local.dtype}${range}`;
  };
  const statements = (body: readonly Stmt[], inner: string): void => {
    for (const stmt of body) statement(stmt, inner);
  };
  const statement = (stmt: Stmt, inner: string): void => {
    const line = (text: string): void => {
      lines.push(inner + text);
    };
    lineOf.set(stmt, lines.length);
    switch (stmt.kind) {
      case 'for': {
        const { index, from, to, step } = stmt;
        const isUsual = index.range?.[0] === from && index.range[1] === to - 1;
        const range = isUsual ? '' : `: ${showRange(index.range)}`;
        const by = step === 1 ? '' : ` step ${step}`;
        const below = stmt.below === undefined ? '' : ` below ${show(stmt.below)}`;
        const head = `${loopWords[stmt.loop]} ${names.define(index)}${range}`;
        line(`${head} in ${from}..${to}${by}${below} {`);
        statements(stmt.body, `${inner}  `);
        line('}');
        return;
      }
      case 'let': {
        const value = show(stmt.value);
        line(`let ${define(stmt.local)} = ${value}`);
        return;
      }
      case 'var': {
        const init = show(stmt.init);
        line(`var ${stmt.isShort ? 'short ' : ''}${define(stmt.local)} = ${init}`);
        return;
      }
      case 'set':
        line(`${names.local(stmt.local)} = ${show(stmt.value)}`);
        return;
      case 'store':
        line(`${names.buffer(stmt.buffer)}[${show(stmt.at)}] = ${show(stmt.value)}`);
        return;
      case 'alloc': {
        const scope = stmt.scope === 'private' ? '' : `${stmt.scope} `;
        line(`alloc ${scope}${names.defineBuffer(stmt.buffer)}`);
        return;
      }
      case 'barrier':
        line('barrier');
        return;
      case 'shuffle': {
        const value = show(stmt.value);
        line(`shuffle ${define(stmt.local)} = ${value} by ${stmt.distance}`);
        return;
      }
      case 'if':
        line(`if ${show(stmt.condition)} {`);
        statements(stmt.consequent, `${inner}  `);
        if (stmt.otherwise.length > 0) line('} else {');
        statements(stmt.otherwise, `${inner}  `);
        line('}');
        return;
    }
  };
  const parameters = [
    ...kernel.parameters.map(({ buffer, access }) => `${access} ${names.defineBuffer(buffer)}`),
    ...(kernel.counters ?? []).map((local) => `step ${define(local)}`),
  ].join(', ');
  const pairs = kernel.inPlace.map(([read, written]) => `${read} -> ${written}`).join(', ');
  const inPlace = pairs === '' ? '' : ` inPlace (${pairs})`;
  const flops = showNumber(kernel.flops);
  lines.push(`${indent}kernel ${showName(kernel.name)}(${parameters})${inPlace} flops ${flops} {`);
  statements(kernel.body, `${indent}  `);
  lines.push(`${indent}}`);
  return { lines, lineOf };
};

/** The text of a kernel. */
export const printKernel = (kernel: Kernel): string => printKernelLines(kernel).lines.join('\n');
