/**
 * Statements of a kernel as WGSL. Sums that grow in loops carry what their additions lose in a
 * second variable, because there are no doubles to sum in.
 */
import { InternalError } from '../../ir/errors.ts';
import {
  type Expr,
  expressionsOf,
  type Local,
  type Stmt,
  walkExpression,
  walkStatements,
} from '../../ir/kernel.ts';
import { bare, emitExpression, scalarType, storeText } from './emit-expression.ts';
import { literal } from './literal.ts';
import type { Scope } from './scope.ts';

/** The function that hands a value to another invocation of the subgroup. */
export const shuffleName = 'subgroupShuffleXor';

/** What is added, where an expression adds something to a local. */
const addendOf = (e: Expr, local: Local): Expr | undefined => {
  if (e.kind !== 'binary' || e.name !== 'add') return undefined;
  if (e.x.kind === 'local' && e.x.id === local.id) return e.y;
  return e.y.kind === 'local' && e.y.id === local.id ? e.x : undefined;
};

/** The f32 variables that change only by additions. */
const sumsIn = (body: readonly Stmt[]): ReadonlySet<number> => {
  const sums = new Set<number>();
  const others = new Set<number>();
  walkStatements(body, (stmt) => {
    if (stmt.kind === 'var' && stmt.isShort === true) others.add(stmt.local.id);
    if (stmt.kind !== 'set' || stmt.local.dtype !== 'f32') return;
    const addend = addendOf(stmt.value, stmt.local);
    (addend === undefined ? others : sums).add(stmt.local.id);
  });
  return new Set([...sums].filter((id) => !others.has(id)));
};

/** The locals that are read anywhere in a statement list. */
const readIn = (body: readonly Stmt[]): ReadonlySet<number> => {
  const read = new Set<number>();
  walkStatements(body, (stmt) => {
    for (const e of expressionsOf(stmt)) {
      walkExpression(e, (part) => {
        if (part.kind === 'local') read.add(part.id);
      });
    }
  });
  return read;
};

/** Prints statements line by line. */
export class StatementWriter {
  readonly lines: string[] = [];
  readonly #scope: Scope;
  readonly #sums: ReadonlySet<number>;
  readonly #read: ReadonlySet<number>;
  #indent: string;
  constructor(scope: Scope, body: readonly Stmt[], indent: string) {
    this.#scope = scope;
    this.#sums = sumsIn(body);
    this.#read = readIn(body);
    this.#indent = indent;
  }
  /** One line at the indentation of now. */
  line(text: string): void {
    this.lines.push(this.#indent + text);
  }
  /** All statements of a list. */
  statements(body: readonly Stmt[]): void {
    for (const stmt of body) this.#statement(stmt);
  }
  #block(head: string, body: readonly Stmt[]): void {
    this.line(`${head} {`);
    const before = this.#indent;
    this.#indent += '  ';
    this.statements(body);
    this.#indent = before;
  }
  #value(e: Expr): string {
    return bare(emitExpression(e, this.#scope));
  }
  #statement(stmt: Stmt): void {
    const scope = this.#scope;
    switch (stmt.kind) {
      case 'for':
        this.#loop(stmt);
        return;
      case 'let': {
        if (!this.#read.has(stmt.local.id)) return;
        const name = scope.fresh('v');
        this.line(`let ${name}: ${scalarType(stmt.local.dtype)} = ${this.#value(stmt.value)};`);
        scope.bind(stmt.local, name);
        return;
      }
      case 'var': {
        const name = scope.fresh('v');
        this.line(`var ${name}: ${scalarType(stmt.local.dtype)} = ${this.#value(stmt.init)};`);
        scope.bind(stmt.local, name);
        if (!this.#sums.has(stmt.local.id)) return;
        const rest = scope.fresh('r');
        this.line(`var ${rest}: f32 = 0.0f;`);
        scope.bindRest(stmt.local, rest);
        return;
      }
      case 'set':
        this.#set(stmt.local, stmt.value);
        return;
      case 'store': {
        const at = emitExpression(stmt.at, scope);
        this.line(storeText(stmt.buffer, at, emitExpression(stmt.value, scope), scope));
        return;
      }
      case 'alloc':
        return;
      case 'barrier':
        this.line('workgroupBarrier();');
        return;
      case 'shuffle': {
        const { local, value, distance } = stmt;
        // Only numbers can be shuffled.
        const isBool = local.dtype === 'bool';
        const given = isBool ? `select(0u, 1u, ${this.#value(value)})` : this.#value(value);
        const taken = `${shuffleName}(${given}, ${distance}u)${isBool ? ' != 0u' : ''}`;
        const name = scope.fresh('v');
        this.line(`let ${name}: ${scalarType(local.dtype)} = ${taken};`);
        scope.bind(local, name);
        return;
      }
      case 'if':
        this.#block(`if (${this.#value(stmt.condition)})`, stmt.consequent);
        if (stmt.otherwise.length > 0) this.#block('} else', stmt.otherwise);
        this.line('}');
    }
  }
  #set(local: Local, value: Expr): void {
    const scope = this.#scope;
    const name = scope.local(local);
    const rest = scope.rest(local);
    const addend = rest === undefined ? undefined : addendOf(value, local);
    if (rest === undefined || addend === undefined) {
      this.line(`${name} = ${this.#value(value)};`);
      return;
    }
    const [x, next] = [scope.fresh('v'), scope.fresh('v')];
    this.line(`let ${x}: f32 = ${this.#value(addend)};`);
    this.line(`let ${next}: f32 = ${name} + ${x};`);
    this.line(`${rest} += gl_lost(${name}, ${x}, ${next});`);
    this.line(`${name} = ${next};`);
  }
  #loop({ index, from, to, step, below, loop, body }: Stmt & { readonly kind: 'for' }): void {
    const scope = this.#scope;
    // Its iterations are invocations; written one after the other they could not wait for others.
    if (loop === 'workgroup') {
      throw new InternalError('webgpu', 'a workgroup loop stands inside of a phase');
    }
    if (loop === 'unrolled' || (from + step >= to && below === undefined)) {
      for (let value = from; value < to; value += step) {
        scope.bind(index, literal(value, 'i32'));
        this.statements(body);
      }
      return;
    }
    const name = scope.fresh('k');
    scope.bind(index, name);
    let end = literal(to, 'i32');
    if (below !== undefined) {
      end = scope.fresh('k');
      this.line(`let ${end}: i32 = min(${literal(to, 'i32')}, ${this.#value(below)});`);
    }
    const head = `var ${name}: i32 = ${literal(from, 'i32')}; ${name} < ${end}`;
    this.#block(`for (${head}; ${name} += ${literal(step, 'i32')})`, body);
    this.line('}');
  }
}
