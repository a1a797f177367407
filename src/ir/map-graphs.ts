/** Rewrites the graphs that an equation holds in its attributes, whatever the op calls them. */
import type { Graph } from './graph.ts';
import type { Params } from './op.ts';
import { isGraph } from './print-graph.ts';

const holdsGraph = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.some(holdsGraph)
    : typeof value === 'object' && value !== null && isGraph(value);

/**
 * The attributes with every graph among them replaced by what `change` makes of it; the same object
 * when there is none.
 */
export const mapGraphs = (params: Params, change: (graph: Graph) => Graph): Params => {
  // Most equations hold no graph, and passes ask all of them.
  if (!Object.values(params).some(holdsGraph)) return params;
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    return typeof value === 'object' && value !== null && isGraph(value) ? change(value) : value;
  };
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key, walk(value)]));
};
