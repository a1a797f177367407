/** What authors of backends test with: the entry point `gradloom/testing`. */
export { type ConformanceCase, conformance } from './testing/conformance.ts';
export { ConformanceError } from './testing/conformance-error.ts';
