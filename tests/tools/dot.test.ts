/** The DOT text is well formed, whatever the names are. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { js } from '../../src/backends/js/index.ts';
import { dotText } from '../../src/tools/dot.ts';
import { explainGraph } from '../../src/tools/explain-graph.ts';
import type { ExplanationData } from '../../src/tools/explanation.ts';
import { mlpStep } from './mlp-graph.ts';

/** What a DOT text declares. */
interface Declared {
  readonly nodes: string[];
  readonly clusters: string[];
  readonly edges: [string, string][];
}

/** Reads the part of the DOT language that is used here; throws for anything else. */
const readDot = (text: string): Declared => {
  const token = /\s*("(?:[^"\\]|\\.)*"|->|[A-Za-z_][\w]*|-?\d+(?:\.\d+)?|[{}[\]=;,])/gy;
  const tokens: string[] = [];
  const end = text.trimEnd().length;
  while (token.lastIndex < end) {
    const at = token.lastIndex;
    const found = token.exec(text);
    if (found === null) throw new Error(`no token at ${text.slice(at, at + 40)}`);
    tokens.push(found[1] as string);
  }
  let k = 0;
  const take = (wanted?: string): string => {
    const next = tokens[k++];
    if (next === undefined || (wanted !== undefined && next !== wanted)) {
      throw new Error(`expected ${wanted ?? 'a token'}, not ${next}`);
    }
    return next;
  };
  const declared: Declared = { nodes: [], clusters: [], edges: [] };
  const attributes = (): void => {
    if (tokens[k] !== '[') return;
    take('[');
    while (tokens[k] !== ']') {
      take();
      take('=');
      take();
    }
    take(']');
  };
  const body = (): void => {
    take('{');
    while (tokens[k] !== '}') {
      const name = take();
      if (name === 'subgraph') {
        declared.clusters.push(take());
        body();
        continue;
      }
      if (tokens[k] === '=') {
        take('=');
        take();
      } else if (tokens[k] === '->') {
        take('->');
        declared.edges.push([name, take()]);
        attributes();
      } else {
        if (name !== 'node' && name !== 'edge') declared.nodes.push(name);
        attributes();
      }
      take(';');
    }
    take('}');
  };
  take('digraph');
  take();
  body();
  expect(k).toBe(tokens.length);
  return declared;
};

const explained = explainGraph(mlpStep({ rows: 4, widths: [3, 2] }), js);

test('nodes are declared once, edges join declared nodes, launches are clusters', () => {
  const { nodes, clusters, edges } = readDot(explained.dot());
  expect(new Set(nodes).size).toBe(nodes.length);
  expect(nodes).toHaveLength(explained.graph.nodes.length);
  expect(edges).toHaveLength(explained.graph.edges.length);
  for (const end of edges.flat()) expect(nodes).toContain(end);
  expect(clusters).toEqual(explained.launches.map((_, k) => `cluster_${k}`));
  const inputs = explained.graph.nodes.filter(({ kind }) => kind === 'input');
  expect(inputs).toHaveLength(explained.inputs.length);
});

test('names cannot leave their labels', () => {
  const hostile = fc.oneof(
    fc.constantFrom('"]; n0 -> n1 [label="', '\\', '\\"', '}', '\n', '//', '<b>', '\\N\\G'),
    fc.string({ unit: 'binary-ascii', maxLength: 8 }),
  );
  const expected = readDot(explained.dot());
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 3 }), (parts) => {
      const name = parts.join('');
      const { nodes } = explained.graph;
      const graph = { ...explained.graph, nodes: nodes.map((node) => ({ ...node, label: name })) };
      const data: ExplanationData = { ...explained, name, graph };
      expect(readDot(dotText(data))).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});

test('the edges of a drawing follow the equations of its launches', () => {
  const { nodes, edges } = explained.graph;
  edges.forEach(({ from, to }) => {
    expect(nodes[from]?.kind).not.toBe('output');
    expect(nodes[to]?.kind).not.toBe('input');
    const [before, after] = [nodes[from]?.launch, nodes[to]?.launch];
    if (before !== undefined && after !== undefined) expect(before).toBeLessThanOrEqual(after);
  });
  nodes.forEach(({ kind }, k) => {
    const isRead = edges.some(({ from }) => from === k);
    const isWritten = edges.some(({ to }) => to === k);
    if (kind === 'output') expect(isWritten).toBe(true);
    if (kind === 'equation') expect(isRead).toBe(true);
  });
});
