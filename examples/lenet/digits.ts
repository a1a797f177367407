/** The pictures LeNet learns: the UCI digits that come along, or IDX files of the user's own. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ArrayData,
  gatherRows,
  gunzip,
  readIdx,
  resizeImages,
  stratifiedSplit,
} from 'gradloom/data';
import { readDigits } from '../data/read-digits.ts';

/** The side of the square pictures, in pixels. */
export const side = 32;

/** Pictures [n, 1, 32, 32] with values in [0, 1] and their classes [n]. */
export interface Digits {
  readonly images: ArrayData<'f32'>;
  readonly labels: ArrayData<'i32'>;
}
/** What is learned from, and what tells how well. */
export interface Dataset {
  readonly name: string;
  readonly train: Digits;
  readonly test: Digits;
}

/** Scales grey values to [0, 1] and pictures to 32 x 32. */
const prepare = (
  pixels: ArrayLike<number>,
  shape: readonly number[],
  white: number,
): ArrayData<'f32'> => {
  const data = Float32Array.from(pixels, (value) => value / white);
  return resizeImages({ dtype: 'f32', shape, data }, [side, side], 'bilinear');
};

/** The file that comes along stands beside the examples, wherever the program was bundled to. */
const bundledDigits = 'examples/data/optdigits.csv.gz';

const loadBundled = async (seed: number): Promise<Dataset> => {
  const { images: small, labels } = await readDigits(await readFile(bundledDigits));
  const images = resizeImages(small, [side, side], 'bilinear');
  const parts = stratifiedSplit(labels.data, { fraction: 0.2, seed });
  const pick = (indices: Int32Array): Digits => ({
    images: gatherRows(images, indices),
    labels: gatherRows(labels, indices),
  });
  return { name: 'UCI handwritten digits', train: pick(parts.train), test: pick(parts.test) };
};

/** The bytes of the file in `folder` whose name starts so; `.gz` files are unpacked. */
const readOne = async (folder: string, start: string): Promise<Uint8Array> => {
  const names = await readdir(folder).catch(() => {
    throw new Error(`--data: ${folder} is no folder that can be read`);
  });
  const name = names.find((file) => file.replaceAll('.', '-').startsWith(start));
  if (name === undefined) throw new Error(`--data: ${folder} has no file ${start}*`);
  const bytes = await readFile(join(folder, name));
  return name.endsWith('.gz') ? gunzip(bytes) : bytes;
};

const loadIdx = async (folder: string, part: 'train' | 't10k'): Promise<Digits> => {
  const pictures = readIdx(await readOne(folder, `${part}-images`));
  const classes = readIdx(await readOne(folder, `${part}-labels`));
  const [count = 0, height = 0, width = 0] = pictures.shape;
  if (pictures.shape.length !== 3 || classes.shape.length !== 1 || classes.shape[0] !== count) {
    throw new Error(
      `--data: ${part} pictures [${pictures.shape}] and labels [${classes.shape}] do not fit`,
    );
  }
  const labels = Int32Array.from(classes.data);
  const wrong = labels.find((label) => label < 0 || label > 9);
  if (wrong !== undefined) throw new Error(`--data: label ${wrong} is not a digit`);
  return {
    images: prepare(pictures.data, [count, 1, height, width], 255),
    labels: { dtype: 'i32', shape: [count], data: labels },
  };
};

/** Loads the digits; `seed` decides how the bundled ones are split into 80 % and 20 %. */
export const loadDigits = async (folder: string | undefined, seed: number): Promise<Dataset> => {
  if (folder === undefined) return loadBundled(seed);
  const [train, test] = [await loadIdx(folder, 'train'), await loadIdx(folder, 't10k')];
  return { name: folder, train, test };
};
