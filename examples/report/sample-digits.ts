/**
 * Handwriting-like digits drawn from strokes, for the sample report: 32 x 32 grey values in [0, 1].
 */

type Point = readonly [number, number];

const arc = (x: number, y: number, rx: number, ry: number, from: number, to: number): Point[] =>
  Array.from({ length: 25 }, (_, i): Point => {
    const angle = (Math.PI / 180) * (from + ((to - from) * i) / 24);
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
  });

// One list of points a stroke, in a unit square with y downwards.
const strokes: readonly (readonly (readonly Point[])[])[] = [
  [arc(0.5, 0.5, 0.22, 0.33, 0, 360)],
  [
    [
      [0.4, 0.28],
      [0.53, 0.17],
      [0.53, 0.83],
    ],
  ],
  [[...arc(0.5, 0.35, 0.2, 0.18, 190, 390), [0.28, 0.82], [0.74, 0.82]]],
  [arc(0.47, 0.33, 0.2, 0.16, 200, 450), arc(0.47, 0.66, 0.23, 0.17, 270, 520)],
  [
    [
      [0.58, 0.17],
      [0.27, 0.6],
      [0.76, 0.6],
    ],
    [
      [0.6, 0.42],
      [0.58, 0.85],
    ],
  ],
  [[[0.7, 0.18], [0.36, 0.18], [0.33, 0.47], ...arc(0.48, 0.62, 0.22, 0.21, 230, 500)]],
  [[[0.62, 0.16], ...arc(0.56, 0.6, 0.26, 0.4, 230, 150), ...arc(0.5, 0.65, 0.19, 0.17, 180, 540)]],
  [
    [
      [0.27, 0.19],
      [0.73, 0.19],
      [0.45, 0.84],
    ],
  ],
  [arc(0.5, 0.33, 0.17, 0.16, 90, 450), arc(0.5, 0.66, 0.21, 0.17, -90, 270)],
  [[...arc(0.47, 0.35, 0.19, 0.18, 0, 360), [0.66, 0.4], [0.6, 0.84]]],
];

const distanceToSegment = (x: number, y: number, a: Point, b: Point): number => {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const along = ((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy || 1);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - a[0] - t * dx, y - a[1] - t * dy);
};

/**
 * Draws `digit`, bent by `random` (numbers in [0, 1)), faintly mixed with a second digit it may be
 * taken for.
 */
export const drawDigit = (digit: number, other: number, random: () => number): Float32Array => {
  const slant = (random() - 0.5) * 0.5;
  const stretch = 0.8 + 0.35 * random();
  const thickness = 0.035 + 0.035 * random();
  const wobble = (): number => (random() - 0.5) * 0.05;
  const bend = (points: readonly Point[]): Point[] =>
    points.map(
      ([x, y]): Point => [
        0.5 + (x - 0.5) * stretch + slant * (0.5 - y) + wobble() * 0.4,
        y + wobble() * 0.4,
      ],
    );
  const layers = [
    { strength: 1, lines: (strokes[digit] ?? []).map(bend) },
    { strength: 0.35, lines: (strokes[other] ?? []).slice(-1).map(bend) },
  ];
  return Float32Array.from({ length: 32 * 32 }, (_, i) => {
    const x = ((i % 32) - 3.5) / 24;
    const y = (Math.floor(i / 32) - 3.5) / 24;
    let ink = 0;
    for (const { strength, lines } of layers) {
      for (const line of lines) {
        for (let k = 1; k < line.length; k += 1) {
          const distance = distanceToSegment(x, y, line[k - 1] ?? [0, 0], line[k] ?? [0, 0]);
          ink = Math.max(
            ink,
            strength * Math.min(1, Math.max(0, (thickness - distance) / 0.03 + 0.5)),
          );
        }
      }
    }
    return ink;
  });
};
