/**
 * Layered drawings of directed graphs without cycles (K. Sugiyama, S. Tagawa, M. Toda, 1981):
 * layers by longest path, crossings reduced by barycentres, and within each layer the positions
 * nearest to the neighbours that do not overlap.
 */

/**
 * A box to be placed; `layer` fixes its layer, counted from the top or, when negative, from the
 * bottom (-1).
 */
export interface Box {
  readonly width: number;
  readonly height: number;
  readonly layer?: number | undefined;
}

/** A connection downwards; the ends are distances from the left sides of the boxes. */
export interface Link {
  readonly from: number;
  readonly to: number;
  readonly fromX: number;
  readonly toX: number;
}

/** A point of the drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Where everything goes: the top left corners of boxes, and for each link the points it runs
 * through.
 */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly corners: readonly Point[];
  readonly routes: readonly (readonly Point[])[];
}

/** Space between boxes of a layer and between layers. */
export interface Gaps {
  readonly across: number;
  readonly down: number;
}

/** A box, or the place where a link crosses a layer. */
interface Item {
  readonly box: number;
  readonly width: number;
  readonly height: number;
  readonly layer: number;
  x: number;
  y: number;
  readonly above: Neighbour[];
  readonly below: Neighbour[];
}
/** The item at the other end, where the line leaves this item, and where it reaches the other. */
interface Neighbour {
  readonly item: Item;
  readonly own: number;
  readonly other: number;
}

/** Layer of each box: as high as its links allow, then sources as low as their readers allow. */
const assignLayers = (boxes: readonly Box[], links: readonly Link[]): number[] => {
  const layers = boxes.map((box) => Math.max(0, box.layer ?? 0));
  for (let round = 0, moved = true; moved && round <= boxes.length; round++) {
    moved = false;
    for (const { from, to } of links) {
      const least = (layers[from] as number) + 1;
      if ((layers[to] as number) >= least) continue;
      layers[to] = least;
      moved = true;
    }
  }
  const last = Math.max(0, ...layers);
  boxes.forEach((box, k) => {
    if (box.layer !== undefined && box.layer < 0) layers[k] = last + 1 + box.layer;
  });
  boxes.forEach((box, k) => {
    const below = links.filter(({ from }) => from === k).map(({ to }) => layers[to] as number);
    const isSource = !links.some(({ to }) => to === k);
    if (box.layer === undefined && isSource && below.length > 0) layers[k] = Math.min(...below) - 1;
  });
  return layers;
};

/**
 * The positions nearest to `wanted` (least squares) at which items in this order keep their
 * distance.
 */
const spread = (items: readonly Item[], wanted: readonly number[], across: number): void => {
  // With the widths to the left taken off, the positions only have to rise: isotonic regression.
  const offsets: number[] = [];
  items.reduce((sum, item, k) => {
    offsets[k] = sum;
    return sum + item.width + across;
  }, 0);
  const pools: { sum: number; count: number }[] = [];
  wanted.forEach((x, k) => {
    let pool = { sum: x - (offsets[k] as number), count: 1 };
    for (;;) {
      const before = pools[pools.length - 1];
      if (before === undefined || before.sum / before.count < pool.sum / pool.count) break;
      pools.pop();
      pool = { sum: pool.sum + before.sum, count: pool.count + before.count };
    }
    pools.push(pool);
  });
  let k = 0;
  for (const { sum, count } of pools) {
    for (let n = 0; n < count; n++, k++) {
      (items[k] as Item).x = sum / count + (offsets[k] as number);
    }
  }
};

const wantedX = (item: Item, neighbours: readonly Neighbour[]): number =>
  neighbours.length === 0
    ? item.x
    : neighbours.reduce((sum, { item: next, own, other }) => sum + next.x + other - own, 0) /
      neighbours.length;

/** Crossings of the links between neighbouring layers. */
const countCrossings = (layers: readonly Item[][]): number => {
  let crossings = 0;
  for (const layer of layers) {
    const position = new Map<Item, number>();
    for (const item of layer) {
      for (const { item: next } of item.below) {
        if (!position.has(next)) position.set(next, (layers[next.layer] as Item[]).indexOf(next));
      }
    }
    const ends: number[] = [];
    for (const item of layer) {
      const own = item.below
        .map(({ item: next, other }) => (position.get(next) as number) + other / (next.width + 1))
        .sort((a, b) => a - b);
      for (const end of own) crossings += ends.filter((other) => other > end).length;
      ends.push(...own);
    }
  }
  return crossings;
};

/**
 * Orders every layer by where its neighbours stand; keeps the best of several sweeps down and up.
 */
const orderLayers = (layers: Item[][], across: number): void => {
  const place = (layer: readonly Item[]): void => {
    let x = 0;
    for (const item of layer) {
      item.x = x;
      x += item.width + across;
    }
  };
  layers.forEach(place);
  let best = layers.map((layer) => [...layer]);
  let least = countCrossings(layers);
  for (let sweep = 0; sweep < 12 && least > 0; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : [...layers].reverse()) {
      const key = new Map(
        layer.map((item) => [item, wantedX(item, isDown ? item.above : item.below)]),
      );
      layer.sort((a, b) => (key.get(a) as number) - (key.get(b) as number));
      place(layer);
    }
    const crossings = countCrossings(layers);
    if (crossings >= least) continue;
    least = crossings;
    best = layers.map((layer) => [...layer]);
  }
  best.forEach((layer, k) => {
    layers[k] = layer;
    place(layer);
  });
};

const connect = (from: Item, own: number, to: Item, other: number): void => {
  from.below.push({ item: to, own, other });
  to.above.push({ item: from, own: other, other: own });
};

const extentOf = (layer: readonly Item[], across: number): number =>
  layer.reduce((sum, { width }) => sum + width + across, -across);

/** How strongly everything is drawn to the middle: long lines would pull boxes apart otherwise. */
const centring = 0.18;
/** Width that a passing line keeps free. */
const lane = 10;

/** Places boxes and links. The links must not form a cycle. */
export const layoutLayers = (
  boxes: readonly Box[],
  links: readonly Link[],
  { across, down }: Gaps,
): Layout => {
  if (boxes.length === 0) return { width: 0, height: 0, corners: [], routes: [] };
  const layerOf = assignLayers(boxes, links);
  const layers: Item[][] = Array.from({ length: Math.max(...layerOf) + 1 }, () => []);
  const add = (box: number, width: number, height: number, layer: number): Item => {
    const item: Item = { box, width, height, layer, x: 0, y: 0, above: [], below: [] };
    (layers[layer] as Item[]).push(item);
    return item;
  };
  const items = boxes.map(({ width, height }, k) => add(k, width, height, layerOf[k] as number));
  // Links from one place share their way down until they part.
  const lanes = new Map<string, Item>();
  const paths = links.map(({ from, to, fromX, toX }) => {
    const path = [items[from] as Item];
    let own = fromX;
    for (let layer = (layerOf[from] as number) + 1; layer < (layerOf[to] as number); layer++) {
      const key = `${from},${fromX},${layer}`;
      let crossing = lanes.get(key);
      if (crossing === undefined) {
        crossing = add(-1, lane, 0, layer);
        lanes.set(key, crossing);
        connect(path[path.length - 1] as Item, own, crossing, lane / 2);
      }
      path.push(crossing);
      own = lane / 2;
    }
    const target = items[to] as Item;
    connect(path[path.length - 1] as Item, own, target, toX);
    return [...path, target];
  });
  orderLayers(layers, across);
  const widest = Math.max(...layers.map((layer) => extentOf(layer, across)));
  for (let round = 0; round < 12; round++) {
    const isDown = round % 2 === 0;
    const wanted = (item: Item): number => {
      const x = wantedX(item, isDown ? item.above : item.below);
      return item.box < 0 ? x : x + centring * ((widest - item.width) / 2 - x);
    };
    for (const layer of isDown ? layers : [...layers].reverse()) {
      spread(layer, layer.map(wanted), across);
    }
  }
  let y = 0;
  const heights = layers.map((layer) => Math.max(0, ...layer.map((item) => item.height)));
  const tops = heights.map((height) => {
    const top = y;
    y += height + down;
    return top;
  });
  const all = layers.flat();
  const left = Math.min(...all.map((item) => item.x));
  for (const item of all) {
    item.x -= left;
    item.y = tops[item.layer] as number;
  }
  const routes = paths.map((path, k) => {
    const { fromX, toX } = links[k] as Link;
    return path.flatMap((item, step): Point[] => {
      const top = item.y;
      if (step === path.length - 1) return [{ x: item.x + toX, y: top }];
      // Straight past the taller boxes of the layer, before the line may turn.
      const x = item.x + (step === 0 ? fromX : lane / 2);
      return [
        { x, y: step === 0 ? top + item.height : top },
        { x, y: top + (heights[item.layer] as number) },
      ];
    });
  });
  return {
    width: Math.max(...all.map((item) => item.x + item.width)),
    height: y - down,
    corners: items.map(({ x, y: top }) => ({ x, y: top })),
    routes,
  };
};
