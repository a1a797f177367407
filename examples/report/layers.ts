/** The model's layers as a table of the report. */
import { formatCount, formatShape } from './format-number.ts';
import { type Html, html } from './html.ts';
import { scrollingTable } from './scrolling-table.ts';
import type { LayerRow } from './training-report.ts';

/** Name, output shape and parameter count of each layer, with the total. */
export const layers = (rows: readonly LayerRow[]): Html => {
  const total = rows.reduce((sum, row) => sum + row.parameters, 0);
  return scrollingTable(
    'Layers of the model',
    html`
<table class="layers">
<caption>Layers, from input to output</caption>
<thead><tr><th scope="col">Layer</th><th scope="col">Output shape</th>
<th scope="col" class="number">Parameters</th></tr></thead>
<tbody>${rows.map(
      ({ name, outputShape, parameters }) => html`
<tr><th scope="row">${name}</th><td class="shape">${formatShape(outputShape)}</td>
<td class="number${parameters === 0 ? ' zero' : ''}">${formatCount(parameters)}</td></tr>`,
    )}
</tbody>
<tfoot><tr><th scope="row" colspan="2">Total</th>
<td class="number">${formatCount(total)}</td></tr></tfoot>
</table>`,
  );
};
