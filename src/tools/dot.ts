/**
 * The final graph in the language of Graphviz: one cluster per launch, names from counters, labels
 * escaped.
 */
import type { ExplanationData } from './explanation.ts';
import { formatFlops } from './format-quantity.ts';
import { printable } from './page/html.ts';

/** A label as a quoted string of the DOT language; `lines` become lines. */
const quote = (...lines: readonly string[]): string => {
  const escaped = lines.map((line) =>
    printable(line)
      .replaceAll('\\', '\\\\')
      .replaceAll('"', '\\"')
      .replaceAll(/[\n\t]/g, ' '),
  );
  return `"${escaped.join('\\n')}"`;
};

const styles = {
  input: 'shape=box style="rounded,filled" fillcolor="#e8edf9"',
  output: 'shape=box style="rounded,filled" fillcolor="#e3f2e6"',
  equation: 'shape=box style="filled" fillcolor="#ffffff"',
} as const;

/** The text that `dot -Tsvg` draws. */
export const dotText = ({ name, graph, launches }: ExplanationData): string => {
  const node = (k: number, indent: string): string => {
    const { kind, label, type } = graph.nodes[k] as (typeof graph.nodes)[number];
    return `${indent}n${k} [label=${quote(label, type)} ${styles[kind]}];`;
  };
  const nodesOf = (launch: number | undefined, indent: string): string[] =>
    graph.nodes.flatMap((one, k) => (one.launch === launch ? [node(k, indent)] : []));
  const clusters = Array.from({ length: graph.launches }, (_, k) => {
    const launch = launches[k];
    const head = launch === undefined ? `launch ${k}` : `${k}  ${launch.name}`;
    const cost = launch === undefined ? '' : formatFlops(launch.flops);
    return [
      `  subgraph cluster_${k} {`,
      `    label=${quote(head, cost)};`,
      '    style="rounded,filled"; color="#c9ced6"; fillcolor="#f4f5f7";',
      ...nodesOf(k, '    '),
      '  }',
    ].join('\n');
  });
  const edges = graph.edges.map(({ from, to, value, type }) => {
    const crosses = graph.nodes[from]?.launch !== graph.nodes[to]?.launch;
    const label = crosses ? ` [label=${quote(value)} tooltip=${quote(type)}]` : '';
    return `  n${from} -> n${to}${label};`;
  });
  return [
    'digraph program {',
    `  label=${quote(name)}; labelloc=t; fontname="sans-serif"; rankdir=TB;`,
    '  node [fontname="monospace" fontsize=10 height=0.3];',
    '  edge [fontname="monospace" fontsize=9 color="#6a7280"];',
    ...nodesOf(undefined, '  '),
    ...clusters,
    ...edges,
    '}',
    '',
  ].join('\n');
};
