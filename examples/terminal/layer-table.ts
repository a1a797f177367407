/** The model's layers as a text table for the terminal, the same rows as on the report page. */
import Table from 'cli-table3';
import { formatCount, formatShape } from '../report/format-number.ts';
import { printable } from '../report/html.ts';
import type { LayerRow } from '../report/training-report.ts';

// One line a cell: a name with a line break must not tear the table.
const cellText = (text: string): string => printable(text).replace(/\s+/g, ' ');

/**
 * Name, output shape and parameter count of each layer, and the total. Plain text without colours.
 */
export const layerTable = (layers: readonly LayerRow[]): string => {
  const total = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const table = new Table({
    head: ['Layer', 'Output shape', 'Parameters'],
    colAligns: ['left', 'left', 'right'],
    style: { head: [], border: [], compact: true, 'padding-left': 1, 'padding-right': 1 },
  });
  for (const { name, outputShape, parameters } of layers) {
    table.push([cellText(name), cellText(formatShape(outputShape)), formatCount(parameters)]);
  }
  table.push([{ colSpan: 2, content: 'Total' }, formatCount(total)]);
  return table.toString();
};
