/** Compiled functions: `jit`. */
import type { Backend, Storage } from '../../backends/backend.ts';
import { ArgumentError, DisposedError } from '../../ir/errors.ts';
import type { Graph } from '../../ir/graph.ts';
import { checkOptions } from '../../ir/options.ts';
import { showShape } from '../../ir/types.ts';
import type { HasNames, Params, Polymorphic } from '../../types/tree.ts';
import { rememberCompiled } from '../compiled-functions.ts';
import { defaultBackend } from '../default-backend.ts';
import { backendOf, compileGraph, type Lease, run } from '../execute.ts';
import {
  type Flattened,
  flatten,
  structureKey,
  type TreeStructure,
  unflatten,
} from '../flatten.ts';
import { follow } from '../follow-structure.ts';
import { type CacheCounters, LeastRecentlyUsed } from '../least-recently-used.ts';
import { isShared } from '../shared-storage.ts';
import { concreteLife, describe, isTensor, type TensorImplementation } from '../tensor.ts';
import { currentTrace, sameBackend } from '../trace.ts';
import { identityOf, valueKey } from '../value-key.ts';
import { Visit } from '../visit.ts';
import { type AnyFunction, checkFunction, named, startsOf, traceCall } from './traced-call.ts';

/** Options of `jit`. */
export interface JitOptions {
  /**
   * Indexes of arguments whose value is part of the program: one compilation per value. They hold
   * no tensors.
   */
  readonly static?: readonly number[] | undefined;
  /**
   * Indexes of arguments whose memory the program may reuse; their tensors are dead after the call.
   */
  readonly donate?: readonly number[] | undefined;
  /** Where the program runs; by default where its arguments are. */
  readonly backend?: Backend | undefined;
  /**
   * How many programs are kept, one per combination of shapes, dtypes and static values. Default
   * 64.
   */
  readonly cacheSize?: number | undefined;
}

/** What a compiled function has done so far. */
export interface JitStats extends CacheCounters {
  /** Calls from outside of other traced functions. */
  readonly calls: number;
}

/** What a compiled function offers beside the call; `compiled(f)` gives it. */
export interface Compiled {
  /** Counters of calls and of the cache; `misses` counts how often the function was traced. */
  stats(): JitStats;
  /** Forgets all programs: the next call traces the function again. */
  clearCache(): void;
}

/** One traced and compiled variant of the function. */
interface Variant {
  readonly graph: Graph;
  readonly backend: Backend;
  readonly captured: readonly TensorImplementation[];
  readonly result: TreeStructure;
  /** The number of the first leaf of each argument, and those of all leaves that are donated. */
  readonly starts: readonly number[];
  readonly donated: readonly number[];
  readonly leases: Map<string, Lease>;
}

/** What the arguments of the last call were: most calls are like the one before. */
interface LastCall {
  readonly key: string;
  readonly structures: readonly TreeStructure[];
  readonly types: readonly string[];
  readonly home: Backend;
}

const staticKey = (name: string, value: unknown, k: number): string =>
  valueKey(
    value,
    (part) => {
      if (!isTensor(part)) return undefined;
      throw new ArgumentError(`${name}: argument ${k} is static and cannot hold a tensor`, {
        got: `${showShape(part.shape)} ${part.dtype}`,
        hint: 'pass the tensor in an argument that is not static',
      });
    },
    new Visit(name, `argument ${k}`),
  );

const indexes = (option: string, list: unknown): readonly number[] => {
  if (list === undefined) return [];
  if (Array.isArray(list) && list.every((k) => Number.isInteger(k) && k >= 0)) return list;
  throw new ArgumentError(`jit: ${option} must be an array of argument indexes`, {
    got: JSON.stringify(list),
  });
};

/** Compiles one function: traces it per combination of types, keeps the programs, runs them. */
class Compiler {
  readonly f: AnyFunction;
  readonly name: string;
  readonly backend: Backend | undefined;
  readonly statics: readonly number[];
  readonly donate: readonly number[];
  readonly variants: LeastRecentlyUsed<Variant>;
  calls = 0;
  last: LastCall | undefined;

  constructor(f: AnyFunction, options: JitOptions) {
    checkOptions('jit', options, ['static', 'donate', 'backend', 'cacheSize']);
    this.f = f;
    this.name = f.name === '' ? 'jit' : f.name;
    this.backend = options.backend;
    this.statics = indexes('static', options.static);
    this.donate = indexes('donate', options.donate);
    const both = this.statics.find((k) => this.donate.includes(k));
    if (both !== undefined) {
      throw new ArgumentError(`jit: argument ${both} cannot be both static and donated`);
    }
    const { cacheSize = 64 } = options;
    if (!Number.isInteger(cacheSize) || cacheSize < 1) {
      throw new ArgumentError('jit: cacheSize must be a whole number >= 1', {
        got: `${cacheSize}`,
      });
    }
    this.variants = new LeastRecentlyUsed(cacheSize, ({ leases }) => {
      for (const lease of leases.values()) lease.close();
    });
  }

  call(values: readonly unknown[]): unknown {
    this.calls++;
    const leaves = this.leavesAsBefore(values);
    if (leaves === undefined) return this.callAnew(values);
    // The variant of the last call is the newest: it is never the one that has to go.
    return this.run(this.variants.get((this.last as LastCall).key) as Variant, leaves);
  }

  /** The tensors of the arguments where these are what they were in the last call. */
  leavesAsBefore(values: readonly unknown[]): TensorImplementation[] | undefined {
    const { last } = this;
    if (last === undefined || values.length !== last.structures.length) return undefined;
    const { structures, types, home } = last;
    const leaves: TensorImplementation[] = [];
    for (let k = 0; k < values.length; k++) {
      if (!follow(structures[k] as TreeStructure, values[k], leaves)) return undefined;
    }
    for (let k = 0; k < leaves.length; k++) {
      const { life, typeText } = leaves[k] as TensorImplementation;
      if (life.kind !== 'concrete' || life.backend !== home || typeText !== types[k]) {
        return undefined;
      }
    }
    return leaves;
  }

  callAnew(values: readonly unknown[]): unknown {
    const { name, statics } = this;
    const isStatic = (k: number): boolean => statics.length > 0 && statics.includes(k);
    const flats: Flattened[] = [];
    const leaves: TensorImplementation[] = [];
    for (let k = 0; k < values.length; k++) {
      const value = values[k];
      const flat: Flattened = isStatic(k)
        ? { leaves: [], paths: [], structure: { kind: 'static', value } }
        : flatten(value, name, `argument ${k}`);
      flats.push(flat);
      for (const leaf of flat.leaves) leaves.push(leaf);
    }
    let home = backendOf(name, leaves);
    if (this.backend !== undefined) home = sameBackend(name, home, this.backend);
    let key = `${identityOf(home ?? defaultBackend())}`;
    for (let k = 0; k < values.length; k++) {
      if (isStatic(k)) key += `|=${staticKey(name, values[k], k)}`;
      else {
        const flat = flats[k] as Flattened;
        key += `|${structureKey(flat.structure)}`;
        for (const leaf of flat.leaves) key += ` ${leaf.typeText}`;
      }
    }
    let variant = this.variants.get(key);
    if (variant === undefined) {
      variant = this.compile(flats, home);
      this.variants.set(key, variant);
    }
    this.last = undefined;
    const isKept = (value: unknown, k: number): boolean =>
      isStatic(k) && typeof value === 'object' && value !== null;
    // Without tensors the default backend is asked for at each call; objects are compared anew.
    if (leaves.length > 0 && home !== undefined && !values.some(isKept)) {
      const structures = flats.map(({ structure }) => structure);
      this.last = { key, structures, types: leaves.map(({ typeText }) => typeText), home };
    }
    return this.run(variant, leaves);
  }

  /** Forgets all variants, and which of them the last call ran. */
  clear(): void {
    this.last = undefined;
    this.variants.clear();
  }

  compile(flats: readonly Flattened[], home: Backend | undefined): Variant {
    const { graph, tensors, result } = traceCall('jit', this.f, flats, { backend: home });
    const starts = startsOf(flats);
    const donated = flats.flatMap((flat, k) =>
      this.donate.includes(k) ? flat.leaves.map((_, leaf) => (starts[k] as number) + leaf) : [],
    );
    const captured = tensors.slice(flats.flatMap((flat) => flat.leaves).length);
    const backend = home ?? backendOf(this.name, captured) ?? defaultBackend();
    const { structure } = result;
    return { graph, backend, captured, result: structure, starts, donated, leases: new Map() };
  }

  run(variant: Variant, leaves: readonly TensorImplementation[]): unknown {
    const { graph, backend, captured, leases, donated } = variant;
    for (const tensor of captured) {
      if (tensor.life.kind !== 'gone') continue;
      throw new DisposedError(
        `${this.name}: a tensor that the function captured ${tensor.life.how}`,
        {
          got: `${showShape(tensor.shape)} ${tensor.dtype}`,
          hint: 'pass it as an argument, or keep it while the function is used',
        },
      );
    }
    if (donated.length > 0) this.checkDonated(variant, leaves);
    if (graph.outputs.length === 0) return unflatten(variant.result, []);
    let leaseKey = '';
    let reusable = donated;
    if (donated.length > 0) {
      // Memory that a tensor outside of this call also holds is left alone.
      reusable = donated.filter((k) => !isShared(storageOf(leaves[k]!)));
      leaseKey = reusable.join();
    }
    let lease = leases.get(leaseKey);
    if (lease === undefined) {
      lease = compileGraph(graph, backend, reusable);
      leases.set(leaseKey, lease);
    }
    const tensors = captured.length === 0 ? leaves : [...leaves, ...captured];
    const results = run(lease.executable, graph, tensors, backend, donated);
    return unflatten(variant.result, results);
  }

  /** An ArgumentError when something else in the call needs the memory of donated tensors. */
  checkDonated(
    { captured, starts, donated }: Variant,
    leaves: readonly TensorImplementation[],
  ): void {
    const ownerOf = (leaf: number): number => starts.findLastIndex((start) => start <= leaf);
    const storages = leaves.map(storageOf);
    const isRepeated = new Set(storages).size < storages.length;
    for (const k of donated) {
      const storage = storages[k];
      const other = isRepeated
        ? storages.findIndex((candidate, n) => n !== k && candidate === storage)
        : -1;
      if (other >= 0) {
        const owners = [ownerOf(k), ownerOf(other)];
        throw new ArgumentError(
          `${this.name}: a tensor of the donated argument ${owners[0]} is passed twice`,
          {
            got: `the same memory in arguments ${owners.join(' and ')}`,
            hint: 'pass a copy, or do not donate',
          },
        );
      }
      if (captured.some((tensor) => storageOf(tensor) === storage)) {
        throw new ArgumentError(
          `${this.name}: the function captured a tensor of the donated argument ${ownerOf(k)}`,
          { hint: 'use the argument inside of the function, not the variable outside' },
        );
      }
    }
  }
}

const storageOf = (tensor: TensorImplementation): Storage => concreteLife(tensor, 'jit').storage;

/**
 * Compiles a function: it is traced once per combination of argument types and runs as one program
 * from then on. Numbers, strings and booleans among the arguments are part of the program, so a new
 * value means a new compilation; pass what changes as tensors. Tensors that the function uses from
 * outside are read anew at each call. Inside another traced function it is the plain function. A
 * function that names dimensions ('N') becomes polymorphic in them.
 */
export function jit<A extends unknown[], R>(
  f: (...args: A) => R,
  ...unnamed: HasNames<A> extends true ? [never] : [options?: JitOptions]
): (...args: Params<A>) => R;
export function jit<A extends unknown[], R>(
  f: (...args: A) => R,
  options?: JitOptions,
): Polymorphic<Params<A>, R>;
export function jit(f: AnyFunction, options: JitOptions = {}): AnyFunction {
  checkFunction('jit', f);
  const compiler = new Compiler(f, options);
  const result = named<AnyFunction>(f.name, (args) =>
    currentTrace() === undefined ? compiler.call(args) : f(...(args as never[])),
  );
  rememberCompiled(result, options);
  compilers.set(result, {
    stats: () => ({ calls: compiler.calls, ...compiler.variants.counters() }),
    clearCache: () => compiler.clear(),
  });
  return result;
}

const compilers = new WeakMap<object, Compiled>();

/**
 * The counters and the cache of a function that `jit` returned: `compiled(step).stats()`. They do
 * not stand on the function itself, because TypeScript passes type parameters on to plain functions
 * only.
 */
export const compiled = (f: (...args: never[]) => unknown): Compiled => {
  const found = compilers.get(f);
  if (found !== undefined) return found;
  throw new ArgumentError('compiled: expected a function that jit returned', { got: describe(f) });
};
