/** Rebuilding statements of kernels: what every pass over Kernel IR needs. */
import type { Expr, Stmt } from '../ir/kernel.ts';

/** A list with every element mapped; the list itself where none changes. */
export const mapList = <T>(list: readonly T[], map: (element: T) => T): readonly T[] => {
  let changed: T[] | undefined;
  for (let k = 0; k < list.length; k++) {
    const element = list[k] as T;
    const mapped = map(element);
    if (mapped !== element) changed ??= list.slice(0, k);
    changed?.push(mapped);
  }
  return changed ?? list;
};

/**
 * A list of statements with every one replaced by another or by several; the list itself where
 * each stays.
 */
export const mapParts = (
  list: readonly Stmt[],
  map: (stmt: Stmt) => Stmt | readonly Stmt[],
): readonly Stmt[] => {
  let changed: Stmt[] | undefined;
  for (let k = 0; k < list.length; k++) {
    const stmt = list[k] as Stmt;
    const mapped = map(stmt);
    if (mapped !== stmt) changed ??= list.slice(0, k);
    if (!('kind' in mapped)) changed?.push(...mapped);
    else changed?.push(mapped);
  }
  return changed ?? list;
};

const itself = (e: Expr): Expr => e;
/** Rebuilds a statement with the statement lists in it mapped. Most statements have none. */
export const mapBodies = (stmt: Stmt, mapBody: (body: readonly Stmt[]) => readonly Stmt[]): Stmt =>
  stmt.kind === 'for' || stmt.kind === 'if' ? mapStatement(stmt, itself, mapBody) : stmt;

/** A list of statements with the statement lists inside of each mapped. */
export const mapNested = (
  list: readonly Stmt[],
  mapBody: (body: readonly Stmt[]) => readonly Stmt[],
): readonly Stmt[] => {
  let changed: Stmt[] | undefined;
  for (let k = 0; k < list.length; k++) {
    const stmt = list[k] as Stmt;
    const isNested = stmt.kind === 'for' || stmt.kind === 'if';
    const mapped = isNested ? mapStatement(stmt, itself, mapBody) : stmt;
    if (mapped !== stmt) changed ??= list.slice(0, k);
    changed?.push(mapped);
  }
  return changed ?? list;
};

/**
 * Rebuilds a statement with its expressions and nested statement lists mapped; one of which nothing
 * changes stays identical.
 */
export const mapStatement = (
  stmt: Stmt,
  mapE: (e: Expr) => Expr,
  mapBody: (body: readonly Stmt[]) => readonly Stmt[],
): Stmt => {
  switch (stmt.kind) {
    case 'for': {
      const below = stmt.below === undefined ? undefined : mapE(stmt.below);
      const body = mapBody(stmt.body);
      if (body === stmt.body && below === stmt.below) return stmt;
      return below === undefined ? { ...stmt, body } : { ...stmt, below, body };
    }
    case 'if': {
      const condition = mapE(stmt.condition);
      const consequent = mapBody(stmt.consequent);
      const otherwise = mapBody(stmt.otherwise);
      const isSame =
        condition === stmt.condition &&
        consequent === stmt.consequent &&
        otherwise === stmt.otherwise;
      return isSame ? stmt : { ...stmt, condition, consequent, otherwise };
    }
    case 'let':
    case 'set':
    case 'shuffle': {
      const value = mapE(stmt.value);
      return value === stmt.value ? stmt : { ...stmt, value };
    }
    case 'var': {
      const init = mapE(stmt.init);
      return init === stmt.init ? stmt : { ...stmt, init };
    }
    case 'store': {
      const at = mapE(stmt.at);
      const value = mapE(stmt.value);
      return at === stmt.at && value === stmt.value ? stmt : { ...stmt, at, value };
    }
    case 'alloc':
    case 'barrier':
      return stmt;
  }
};
