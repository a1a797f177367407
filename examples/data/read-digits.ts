/** Reads the handwritten digits that come along; works in Node.js and in browsers. */
import { type ArrayData, gunzip, readCsv } from 'gradloom/data';

/** Pictures [n, 1, 8, 8] with values in [0, 1] and their classes [n]. */
export interface SmallDigits {
  readonly images: ArrayData<'f32'>;
  readonly labels: ArrayData<'i32'>;
}

/** The value of a pixel that is all ink. */
const white = 16;

/** The digits in the bytes of `optdigits.csv.gz`: 64 grey values and a class per line. */
export const readDigits = async (bytes: Uint8Array): Promise<SmallDigits> => {
  const { rows } = readCsv(await gunzip(bytes), { header: false });
  const [count = 0, columns = 0] = rows.shape;
  if (columns !== 65) throw new Error(`the digits have 65 columns, not ${columns}`);
  const pixels = new Float32Array(count * 64);
  const classes = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    for (let k = 0; k < 64; k++) pixels[row * 64 + k] = (rows.data[row * 65 + k] ?? 0) / white;
    classes[row] = rows.data[row * 65 + 64] ?? 0;
  }
  return {
    images: { dtype: 'f32', shape: [count, 1, 8, 8], data: pixels },
    labels: { dtype: 'i32', shape: [count], data: classes },
  };
};
