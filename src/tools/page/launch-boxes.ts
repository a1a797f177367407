/**
 * The drawing of a program, placed: a box per launch with its equations in layers, and the lines
 * between launches. What flows from launch to launch leaves a box at its bottom and enters the next
 * at its top.
 */
import type { GraphNode, LaunchGraph } from '../launch-graph.ts';
import { type Box, type Link, layoutLayers, type Point } from './layer-layout.ts';

/**
 * A rectangle with a text: an equation, an input or output, or the place where a value enters or
 * leaves.
 */
export interface DrawnNode {
  readonly kind: GraphNode['kind'] | 'port';
  readonly label: string;
  readonly type: string;
  /** Whether the type is worth showing: it differs from what comes in. */
  readonly isTypeShown: boolean;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A line from one node to another. */
export interface DrawnLine {
  readonly points: readonly Point[];
  readonly value: string;
  readonly type: string;
}

/**
 * One launch with what is inside; coordinates of nodes and lines are those of the whole drawing.
 */
export interface DrawnLaunch {
  /** The number of the launch; undefined for what needs none. */
  readonly launch: number | undefined;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly DrawnNode[];
  readonly lines: readonly DrawnLine[];
}

/** The whole drawing. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly launches: readonly DrawnLaunch[];
  readonly lines: readonly DrawnLine[];
}

/** Width of a character of the drawing's monospaced type, in units of the drawing. */
const characterWidth = 6.2;
const nodeHeight = 22;
const portHeight = 16;
const padding = 12;
/** The column at the left of a launch that says what it is. */
const headWidth = 104;
const headHeight = 64;
const longestLabel = 26;

/** A text no longer than a drawing can bear. */
export const shortLabel = (label: string): string =>
  label.length <= longestLabel ? label : `${label.slice(0, longestLabel - 1)}…`;

interface InnerNode {
  readonly kind: DrawnNode['kind'];
  readonly label: string;
  readonly type: string;
  isTypeShown: boolean;
  readonly layer?: number | undefined;
}
interface InnerLine {
  readonly from: number;
  readonly to: number;
  readonly value: string;
  readonly type: string;
}

const sizeOfNode = ({ kind, label, type, isTypeShown }: InnerNode): Omit<Box, 'layer'> => {
  const characters = shortLabel(label).length + (isTypeShown ? type.length + 1 : 0);
  return {
    width: Math.round(characters * characterWidth) + 18,
    height: kind === 'port' ? portHeight : nodeHeight,
  };
};

/** What is inside of one launch, and the ports through which it is connected. */
class Inside {
  readonly launch: number | undefined;
  readonly nodes: InnerNode[] = [];
  readonly lines: InnerLine[] = [];
  readonly #known = new Map<string, number>();
  constructor(launch: number | undefined) {
    this.launch = launch;
  }
  /** The node under `key`, made when it is new. */
  node(key: string, make: () => InnerNode): number {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const node = this.nodes.push(make()) - 1;
    this.#known.set(key, node);
    return node;
  }
  line(from: number, to: number, value: string, type: string): void {
    this.lines.push({ from, to, value, type });
  }
}

interface Crossing {
  readonly from: Inside;
  readonly out: number;
  readonly to: Inside;
  readonly in: number;
  readonly value: string;
  readonly type: string;
}

/**
 * Sorts nodes and edges into launches. Inputs and outputs are drawn where they are used, once per
 * launch.
 */
const takeApart = (graph: LaunchGraph): { insides: Inside[]; crossings: Crossing[] } => {
  const byLaunch = new Map<number | undefined, Inside>();
  const insideOf = (launch: number | undefined): Inside => {
    let inside = byLaunch.get(launch);
    if (inside === undefined) {
      inside = new Inside(launch);
      byLaunch.set(launch, inside);
    }
    return inside;
  };
  const own = (k: number, inside: Inside): number => {
    const { kind, label, type } = graph.nodes[k] as GraphNode;
    return inside.node(`n${k}`, () => ({ kind, label, type, isTypeShown: true }));
  };
  graph.nodes.forEach(({ kind, launch }, k) => {
    if (kind === 'equation') own(k, insideOf(launch));
  });
  const crossings = new Map<string, Crossing>();
  for (const { from, to, value, type } of graph.edges) {
    const [source, target] = [graph.nodes[from], graph.nodes[to]] as [GraphNode, GraphNode];
    const left = insideOf(source.kind === 'input' ? target.launch : source.launch);
    const right = target.kind === 'output' ? left : insideOf(target.launch);
    if (left === right) {
      left.line(own(from, left), own(to, left), value, type);
      continue;
    }
    const port = (layer: number) => (): InnerNode => ({
      kind: 'port',
      label: value,
      type,
      isTypeShown: true,
      layer,
    });
    const isNew = { out: left.nodes.length, in: right.nodes.length };
    const out = left.node(`>${from}${value}`, port(-1));
    const into = right.node(`<${from}${value}`, port(0));
    if (out === isNew.out) left.line(own(from, left), out, value, type);
    right.line(into, own(to, right), value, type);
    const key = `${left.launch}>${right.launch}${value}`;
    if (!crossings.has(key))
      crossings.set(key, { from: left, out, to: right, in: into, value, type });
  }
  const insides = [...byLaunch.values()].filter(({ nodes }) => nodes.length > 0);
  for (const { nodes, lines } of insides) {
    nodes.forEach((node, k) => {
      const types = lines.filter(({ to }) => to === k).map(({ type }) => type);
      node.isTypeShown = types.length === 0 || types.some((type) => type !== node.type);
    });
  }
  return { insides, crossings: [...crossings.values()] };
};

const middle = ({ width }: Box): number => width / 2;

const link = (boxes: readonly Box[], from: number, to: number): Link => ({
  from,
  to,
  fromX: middle(boxes[from] as Box),
  toX: middle(boxes[to] as Box),
});

const shift = (points: readonly Point[], x: number, y: number): Point[] =>
  points.map((point) => ({ x: point.x + x, y: point.y + y }));

/**
 * How far a port moves from its row to the edge of its box: up for what enters, down for what
 * leaves.
 */
const edgeShift = (node: InnerNode | undefined): number => {
  if (node?.kind !== 'port') return 0;
  return (node.layer === 0 ? -1 : 1) * (padding + portHeight / 2);
};

/** Moves the ends of a route up or down; the rest of it stays below its start. */
const bend = (points: readonly Point[], first: number, last: number): Point[] => {
  const start = (points[0]?.y ?? 0) + first;
  return points.map(({ x, y }, k) => {
    if (k === 0) return { x, y: start };
    return { x, y: Math.max(start, k === points.length - 1 ? y + last : y) };
  });
};

/** Launches side by side take at most this much room, so that the drawing fits a page. */
const widest = 1180;

/**
 * The layer of each launch: below what it reads, in the order of launches, and no layer wider than
 * a page.
 */
const stackLaunches = (widths: readonly number[], links: readonly Link[]): number[] => {
  const layers: number[] = [];
  const used: number[] = [];
  widths.forEach((width, k) => {
    const above = links.filter(({ to }) => to === k).map(({ from }) => layers[from] ?? -1);
    let layer = Math.max(-1, ...above) + 1;
    while ((used[layer] ?? 0) > 0 && (used[layer] ?? 0) + width > widest) layer++;
    used[layer] = (used[layer] ?? 0) + width;
    layers.push(layer);
  });
  return layers;
};

/** Places the launches of a program and everything in them. */
export const placeLaunches = (graph: LaunchGraph): Drawing => {
  const { insides, crossings } = takeApart(graph);
  const inner = insides.map(({ nodes, lines, launch }) => {
    const boxes = nodes.map((node): Box => ({ ...sizeOfNode(node), layer: node.layer }));
    const links = lines.map(({ from, to }) => link(boxes, from, to));
    const layout = layoutLayers(boxes, links, { across: 12, down: 18 });
    const left = (launch === undefined ? 0 : headWidth) + padding;
    const height = Math.max(layout.height, launch === undefined ? 0 : headHeight) + 2 * padding;
    return { boxes, layout, left, box: { width: left + layout.width + padding, height } };
  });
  const portX = (inside: Inside, port: number): number => {
    const { layout, left, boxes } = inner[insides.indexOf(inside)] as (typeof inner)[number];
    return left + (layout.corners[port] as Point).x + middle(boxes[port] as Box);
  };
  const links = crossings.map(
    (crossing): Link => ({
      from: insides.indexOf(crossing.from),
      to: insides.indexOf(crossing.to),
      fromX: portX(crossing.from, crossing.out),
      toX: portX(crossing.to, crossing.in),
    }),
  );
  const layers = stackLaunches(
    inner.map(({ box }) => box.width),
    links,
  );
  const outer = layoutLayers(
    inner.map(({ box }, k): Box => ({ ...box, layer: layers[k] })),
    links,
    { across: 28, down: 56 },
  );
  const launches = insides.map(({ launch, nodes, lines }, k): DrawnLaunch => {
    const { boxes, layout, left, box } = inner[k] as (typeof inner)[number];
    const corner = outer.corners[k] as Point;
    const slack = box.height - 2 * padding - layout.height;
    const shiftOf = (n: number): number => {
      const node = nodes[n];
      const edge = edgeShift(node);
      return edge > 0 ? edge + slack : edge;
    };
    return {
      launch,
      ...corner,
      ...box,
      nodes: nodes.map(({ kind, label, type, isTypeShown }, n): DrawnNode => {
        const at = layout.corners[n] as Point;
        const { width, height } = boxes[n] as Box;
        const x = corner.x + left + at.x;
        const y = corner.y + padding + at.y + shiftOf(n);
        return { kind, label, type, isTypeShown, x, y, width, height };
      }),
      lines: lines.map(({ from, to, value, type }, n) => {
        const route = shift(layout.routes[n] ?? [], corner.x + left, corner.y + padding);
        return { value, type, points: bend(route, shiftOf(from), shiftOf(to)) };
      }),
    };
  });
  return {
    width: outer.width,
    height: outer.height,
    launches,
    lines: crossings.map(({ value, type }, k) => ({
      value,
      type,
      points: bend(outer.routes[k] ?? [], portHeight / 2, -portHeight / 2),
    })),
  };
};
