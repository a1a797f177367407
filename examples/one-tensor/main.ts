/**
 * Trains the layer of program.ts for a few steps, then prints every stage of its compilation, down
 * to JavaScript because that is what most people read.
 */
import { explain, js, setDefaultBackend } from 'gradloom';
import { loss, makeArguments, step } from './program.ts';

setDefaultBackend(js);

let [layer, x, y] = makeArguments();
for (let k = 0; k <= 20; k++) {
  if (k % 5 === 0) console.log(`step ${k}: loss ${loss(layer, x, y).item().toFixed(4)}`);
  layer = step(layer, x, y);
}
console.log();
console.log(explain(step)(...makeArguments()).text());
