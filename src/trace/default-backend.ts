/**
 * The backend of tensors that are made without naming one. It starts as `js`, which runs
 * everywhere.
 */
import type { Backend } from '../backends/backend.ts';
import { js } from '../backends/js/index.ts';
import { ArgumentError } from '../ir/errors.ts';

let chosen: Backend | undefined;

/** The backend that new tensors live on when nothing else says so. */
export const defaultBackend = (): Backend => chosen ?? js;

/**
 * Makes `backend` the home of tensors made from now on; the ones that exist stay where they are.
 */
export const setDefaultBackend = (backend: Backend): void => {
  if (typeof backend?.compile !== 'function' || typeof backend.upload !== 'function') {
    throw new ArgumentError('setDefaultBackend: expected a backend', {
      hint: "import one: import { js } from 'gradloom'",
    });
  }
  chosen = backend;
};
