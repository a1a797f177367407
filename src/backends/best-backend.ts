/**
 * The best backend that needs no waiting: WebAssembly with vectors, else generated JavaScript, else
 * the interpreter. Content security policies and old engines decide.
 */
import { ArgumentError, BackendError } from '../ir/errors.ts';
import type { Backend } from './backend.ts';
import { js } from './js/index.ts';
import { reference } from './reference/index.ts';
import { whyNoVectors } from './wasm/capabilities.ts';
import { openWasm } from './wasm/index.ts';

/** A backend that would have been better, and why it is not there. */
export interface PassedOver {
  readonly name: string;
  readonly why: string;
}

/** A backend and those passed over for it. */
export interface BestBackend {
  readonly backend: Backend;
  readonly passedOver: readonly PassedOver[];
}

interface Candidate {
  readonly name: string;
  /** Why it cannot run here; undefined where it can. */
  whyNot(): string | undefined;
  open(): Backend;
}

const whyNoFunctions = (): string | undefined => {
  try {
    return new Function('return 1')() === 1 ? undefined : 'functions made at run time do not work';
  } catch (error) {
    return `this page or process forbids code made at run time: ${(error as Error).message}`;
  }
};

const candidates: readonly Candidate[] = [
  { name: 'wasm', whyNot: whyNoVectors, open: () => openWasm() },
  { name: 'js', whyNot: whyNoFunctions, open: () => js },
  { name: 'reference', whyNot: () => undefined, open: () => reference },
];

/** The first backend that can run here. */
export const bestBackend = (): BestBackend => {
  const passedOver: PassedOver[] = [];
  for (const { name, whyNot, open } of candidates) {
    const why = whyNot();
    if (why === undefined) return { backend: open(), passedOver };
    passedOver.push({ name, why });
  }
  // The interpreter needs nothing, so nobody comes here.
  return { backend: reference, passedOver };
};

/**
 * The backend of this name, as the environment may ask for it. ArgumentError for a name that is
 * none, BackendError where the machine cannot run it.
 */
export const backendNamed = (name: string): Backend => {
  const found = candidates.find((candidate) => candidate.name === name);
  if (found === undefined) {
    throw new ArgumentError(`GRADLOOM_BACKEND: there is no backend '${name}' to choose`, {
      hint:
        "one of 'wasm', 'js' and 'reference'; others are opened by the program: " +
        'setDefaultBackend(await init(name))',
    });
  }
  const why = found.whyNot();
  if (why === undefined) return found.open();
  throw new BackendError(`GRADLOOM_BACKEND: ${name} cannot run here`, {
    got: why,
    hint: 'leave the choice to the library: unset GRADLOOM_BACKEND',
  });
};
