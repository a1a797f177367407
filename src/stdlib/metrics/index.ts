/** Metrics of classifiers, over plain lists of class indices. */
export { accuracy } from './accuracy.ts';
export { confusionMatrix } from './confusion-matrix.ts';
export { type ClassQuality, precisionRecall } from './precision-recall.ts';
