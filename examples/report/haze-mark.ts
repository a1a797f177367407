/**
 * Thousands of raw points as a few paths: one short stroke a point costs a tenth of a circle
 * element, and where points of different paths overlap the haze gets denser.
 */
import type { RenderFunction } from '@observablehq/plot';

const pathCount = 6;
const namespace = 'http://www.w3.org/2000/svg';

/** The `render` function of a Plot dot mark whose points become a haze. */
export const renderHaze: RenderFunction = (index, _scales, values, _dimensions, context) => {
  const group = context.document.createElementNS(namespace, 'g');
  group.setAttribute('class', 'haze');
  const parts = Array.from({ length: pathCount }, (): string[] => []);
  index.forEach((point, i) => {
    const x = Number(values.x?.[point]).toFixed(1);
    const y = Number(values.y?.[point]).toFixed(1);
    parts[i % pathCount]?.push(`M${x},${y}h0`);
  });
  for (const part of parts) {
    const path = context.document.createElementNS(namespace, 'path');
    path.setAttribute('d', part.join(''));
    group.append(path);
  }
  return group;
};
