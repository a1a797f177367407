/** Differences between two texts, line by line: the shortest edit script (E. W. Myers, 1986). */

/** A line of one or both texts. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/**
 * Beyond this many edits the differing middle counts as replaced as a whole, which bounds time and
 * memory.
 */
const mostEdits = 1500;

/** The furthest points reached with 0, 1, 2... edits; undefined when there would be too many. */
const exploreEdits = (a: readonly string[], b: readonly string[]): Int32Array[] | undefined => {
  const most = Math.min(a.length + b.length, mostEdits);
  const reach = new Int32Array(2 * most + 3);
  const history: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    history.push(reach.slice(most - edits, most + edits + 3));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const below = reach[most + diagonal] as number;
      const above = reach[most + diagonal + 2] as number;
      const isDown = diagonal === -edits || (diagonal !== edits && below < above);
      let x = isDown ? above : below + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++;
      reach[most + diagonal + 1] = x;
      if (x >= a.length && x - diagonal >= b.length) return history;
    }
  }
  return undefined;
};

const matchMiddle = (a: readonly string[], b: readonly string[]): [number, number][] => {
  const history = exploreEdits(a, b);
  if (history === undefined) return [];
  const pairs: [number, number][] = [];
  let x = a.length;
  let y = b.length;
  for (let edits = history.length - 1; edits >= 0; edits--) {
    const reach = history[edits] as Int32Array;
    const diagonal = x - y;
    const below = reach[diagonal + edits] as number;
    const above = reach[diagonal + edits + 2] as number;
    const isDown = diagonal === -edits || (diagonal !== edits && below < above);
    const start = edits === 0 ? 0 : isDown ? above : below + 1;
    while (x > start) pairs.push([--x, --y]);
    if (edits === 0) break;
    if (isDown) y--;
    else x--;
  }
  return pairs.reverse();
};

/** The positions of a longest common subsequence of two sequences, in order. */
export const matchSequences = (a: readonly string[], b: readonly string[]): [number, number][] => {
  let start = 0;
  const shorter = Math.min(a.length, b.length);
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const middle = matchMiddle(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return [
    ...Array.from({ length: start }, (_, k): [number, number] => [k, k]),
    ...middle.map(([i, j]): [number, number] => [i + start, j + start]),
    ...Array.from({ length: end }, (_, k): [number, number] => [
      a.length - end + k,
      b.length - end + k,
    ]),
  ];
};

/**
 * What turns `before` into `after`: removed lines stand before the added ones that replace them.
 */
export const diffLines = (before: string, after: string): DiffLine[] => {
  const a = before.split('\n');
  const b = after.split('\n');
  const lines: DiffLine[] = [];
  let x = 0;
  let y = 0;
  for (const [i, j] of [...matchSequences(a, b), [a.length, b.length] as const]) {
    while (x < i) lines.push({ kind: 'removed', text: a[x++] as string });
    while (y < j) lines.push({ kind: 'added', text: b[y++] as string });
    if (i < a.length) lines.push({ kind: 'same', text: a[x++] as string });
    y++;
  }
  return lines;
};
