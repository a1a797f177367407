/** What the model says about pictures it has not learned from. */
import { jit, softmax, tensor } from 'gradloom';
import { accuracy } from 'gradloom/data';
import type { Digits } from './digits.ts';
import { type Lenet, logits } from './model.ts';

/** Classes and how sure the model is of them. */
export interface Evaluation {
  readonly predicted: Int32Array;
  readonly confidence: Float32Array;
  /** Share of right answers, 0 to 1. */
  readonly accuracy: number;
}

const probabilities = jit((p: Lenet, images: Parameters<typeof logits>[1]) =>
  softmax(logits(p, images), 1),
);
/** Pictures per call: every call but the last one reuses one compiled program. */
const chunk = 200;

/** Classifies all pictures of a set. */
export const evaluate = (p: Lenet, { images, labels }: Digits): Evaluation => {
  const count = labels.data.length;
  const predicted = new Int32Array(count);
  const confidence = new Float32Array(count);
  const pixels = 32 * 32;
  for (let start = 0; start < count; start += chunk) {
    const size = Math.min(chunk, count - start);
    const part = images.data.slice(start * pixels, (start + size) * pixels);
    const rows = probabilities(p, tensor(part, { shape: [size, 1, 32, 32] })).dataSync();
    for (let row = 0; row < size; row++) {
      for (let k = 0; k < 10; k++) {
        const value = rows[row * 10 + k] ?? 0;
        if (k > 0 && value <= (confidence[start + row] ?? 0)) continue;
        confidence[start + row] = value;
        predicted[start + row] = k;
      }
    }
  }
  return { predicted, confidence, accuracy: accuracy(predicted, labels.data) };
};
