/**
 * The backend of tensors that are made without naming one. The program chooses it, else the
 * environment, else the machine: then the best one is opened at the first use.
 */
import type { Backend } from '../backends/backend.ts';
import { backendNamed, bestBackend, type PassedOver } from '../backends/best-backend.ts';
import { ArgumentError } from '../ir/errors.ts';

/** Which backend is the default one, and why. */
export interface DefaultBackendChoice {
  readonly backend: Backend;
  /** Who chose it: a call of `setDefaultBackend`, GRADLOOM_BACKEND, or what the machine can do. */
  readonly by: 'setDefaultBackend' | 'environment' | 'machine';
  /** Better backends that do not run here, and why, where the machine decided. */
  readonly passedOver: readonly PassedOver[];
}

let chosen: DefaultBackendChoice | undefined;
/** Opened once: what the program chooses later does not close it. */
let automatic: DefaultBackendChoice | undefined;

const automaticChoice = (): DefaultBackendChoice => {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  const name = process?.env?.GRADLOOM_BACKEND;
  return name === undefined || name === ''
    ? { ...bestBackend(), by: 'machine' }
    : { backend: backendNamed(name), by: 'environment', passedOver: [] };
};

/**
 * The backend that new tensors live on when nothing else says so, who chose it, and what was passed
 * over. Opens it if it is not open yet.
 */
export const defaultBackendChoice = (): DefaultBackendChoice => {
  if (chosen !== undefined) return chosen;
  automatic ??= automaticChoice();
  return automatic;
};

/** What was passed over when this backend became the default; opens nothing. */
export const passedOverFor = (backend: Backend): readonly PassedOver[] =>
  automatic?.backend === backend ? automatic.passedOver : [];

/** The backend that new tensors live on when nothing else says so. */
export const defaultBackend = (): Backend => defaultBackendChoice().backend;

/**
 * Makes `backend` the home of tensors made from now on; the ones that exist stay where they are.
 */
export const setDefaultBackend = (backend: Backend): void => {
  if (typeof backend?.compile !== 'function' || typeof backend.upload !== 'function') {
    throw new ArgumentError('setDefaultBackend: expected a backend', {
      hint: "import one: import { js } from 'gradloom'",
    });
  }
  chosen = { backend, by: 'setDefaultBackend', passedOver: [] };
};
