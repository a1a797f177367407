/** Rebuilding expressions with the places that they load from replaced. */
import { type Expr, readsMemory } from '../ir/kernel.ts';

/**
 * The expression with every place that it loads from replaced, inner ones first; parts without
 * loads stay the same objects and are not looked at one by one.
 */
export const mapPlaces = (e: Expr, replace: (place: Expr) => Expr): Expr => {
  switch (e.kind) {
    case 'const':
    case 'local':
      return e;
    case 'load': {
      const inner = readsMemory(e.at) ? mapPlaces(e.at, replace) : e.at;
      const at = replace(inner);
      return at === e.at ? e : { ...e, at };
    }
    case 'unary':
    case 'cast':
    case 'bitcast': {
      const x = mapPlaces(e.x, replace);
      return x === e.x ? e : { ...e, x };
    }
    case 'binary':
    case 'compare': {
      const x = e.x.kind === 'local' ? e.x : mapPlaces(e.x, replace);
      const y = e.y.kind === 'local' || e.y.kind === 'const' ? e.y : mapPlaces(e.y, replace);
      return x === e.x && y === e.y ? e : { ...e, x, y };
    }
    case 'select': {
      const condition = mapPlaces(e.condition, replace);
      const x = mapPlaces(e.x, replace);
      const y = mapPlaces(e.y, replace);
      const same = condition === e.condition && x === e.x && y === e.y;
      return same ? e : { ...e, condition, x, y };
    }
  }
};
