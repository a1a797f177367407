/** Layered drawings: nothing overlaps, every link runs downwards, and placing is deterministic. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Box, type Link, layoutLayers } from '../../src/tools/page/layer-layout.ts';

const gaps = { across: 10, down: 20 };

const drawing = fc
  .array(
    fc.record({ width: fc.integer({ min: 5, max: 90 }), height: fc.integer({ min: 5, max: 40 }) }),
    {
      minLength: 1,
      maxLength: 14,
    },
  )
  .chain((boxes: Box[]) =>
    fc.record({
      boxes: fc.constant(boxes),
      links: fc
        .array(fc.tuple(fc.nat(boxes.length - 1), fc.nat(boxes.length - 1)), { maxLength: 24 })
        .map((pairs) =>
          pairs.flatMap(([a, b]): Link[] => {
            if (a === b) return [];
            const [from, to] = [Math.min(a, b), Math.max(a, b)];
            return [{ from, to, fromX: (boxes[from]?.width ?? 0) / 2, toX: 2 }];
          }),
        ),
    }),
  );

test('boxes keep their distance and links run from bottom to top of their boxes', () => {
  fc.assert(
    fc.property(drawing, ({ boxes, links }) => {
      const layout = layoutLayers(boxes, links, gaps);
      const at = (k: number) => ({
        ...(layout.corners[k] ?? { x: 0, y: 0 }),
        ...(boxes[k] as Box),
      });
      boxes.forEach((_, a) => {
        const p = at(a);
        expect(p.x).toBeGreaterThanOrEqual(-1e-6);
        expect(p.x + p.width).toBeLessThanOrEqual(layout.width + 1e-6);
        expect(p.y + p.height).toBeLessThanOrEqual(layout.height + 1e-6);
        for (let b = 0; b < a; b++) {
          const q = at(b);
          const isBeside =
            p.x + p.width + gaps.across <= q.x + 1e-6 || q.x + q.width + gaps.across <= p.x + 1e-6;
          const isBelow = p.y + p.height <= q.y + 1e-6 || q.y + q.height <= p.y + 1e-6;
          expect(isBeside || isBelow).toBe(true);
        }
      });
      links.forEach(({ from, to, fromX, toX }, k) => {
        const points = layout.routes[k] ?? [];
        expect(points[0]).toEqual({ x: at(from).x + fromX, y: at(from).y + at(from).height });
        expect(points[points.length - 1]).toEqual({ x: at(to).x + toX, y: at(to).y });
        points.forEach(({ y }, n) => {
          if (n > 0) expect(y).toBeGreaterThanOrEqual((points[n - 1]?.y ?? 0) - 1e-6);
        });
      });
      expect(layoutLayers(boxes, links, gaps)).toEqual(layout);
    }),
  );
});

test('a fixed layer is kept, from the top and from the bottom', () => {
  const box = { width: 10, height: 10 };
  const boxes = [box, { ...box, layer: -1 }, box, box];
  const chain = [
    { from: 0, to: 2, fromX: 0, toX: 0 },
    { from: 2, to: 3, fromX: 0, toX: 0 },
    { from: 0, to: 1, fromX: 0, toX: 0 },
  ];
  const { corners } = layoutLayers(boxes, chain, gaps);
  expect(corners.map(({ y }) => y)).toEqual([0, 60, 30, 60]);
});

test('nothing to draw is no drawing', () => {
  expect(layoutLayers([], [], gaps)).toEqual({ width: 0, height: 0, corners: [], routes: [] });
});
