/**
 * Every error the library throws. Each class has a stable `code` that programs may test; the
 * message says what was asked, what was got and how to mend it. Used by every layer, so it stands
 * at the bottom of all.
 */

/** The parts of a message; `site` is the user's own source line. */
export interface ErrorParts {
  readonly got?: string | undefined;
  readonly hint?: string | undefined;
  readonly site?: string | undefined;
}

const compose = (rule: string, parts: ErrorParts): string => {
  let text = rule;
  if (parts.got !== undefined) text += `\n  got: ${parts.got}`;
  if (parts.hint !== undefined) text += `\n  hint: ${parts.hint}`;
  if (parts.site !== undefined) text += `\n  at: ${parts.site}`;
  return text;
};

// Minifiers rename classes; what an error calls itself must stay.
const names: Readonly<Record<string, string>> = {
  GL_SHAPE: 'ShapeError',
  GL_DTYPE: 'DTypeError',
  GL_ARGUMENT: 'ArgumentError',
  GL_TRACE: 'TraceError',
  GL_DIFFERENTIATION: 'DifferentiationError',
  GL_DISPOSED: 'DisposedError',
  GL_FORMAT: 'FormatError',
  GL_BACKEND: 'BackendError',
  GL_LOST: 'DeviceLostError',
  GL_INTERNAL: 'InternalError',
  GL_NAN: 'NaNError',
};

/** The base of all errors of the library. `rule` is the first line of the message. */
export class GradloomError extends Error {
  readonly code: string;
  readonly rule: string;
  readonly parts: ErrorParts;
  constructor(code: string, rule: string, parts: ErrorParts = {}) {
    super(compose(rule, parts));
    this.name = names[code] ?? new.target.name;
    this.code = code;
    this.rule = rule;
    this.parts = parts;
  }

  /** Gives the error the user's source line when it has none yet; returns the error. */
  at(site: string | undefined): this {
    if (site === undefined || this.parts.site !== undefined) return this;
    const parts: ErrorParts = { ...this.parts, site };
    return Object.assign(this, { parts, message: compose(this.rule, parts) });
  }
}

/** A shape, axis or size that does not fit. */
export class ShapeError extends GradloomError {
  constructor(rule: string, parts: ErrorParts = {}) {
    super('GL_SHAPE', rule, parts);
  }
}

/** A dtype that does not fit. */
export class DTypeError extends GradloomError {
  constructor(rule: string, parts: ErrorParts = {}) {
    super('GL_DTYPE', rule, parts);
  }
}

/** An argument or option with a value that makes no sense. */
export class ArgumentError extends GradloomError {
  constructor(rule: string, parts: ErrorParts = {}) {
    super('GL_ARGUMENT', rule, parts);
  }
}

/** A symbolic tensor used where a value is needed, or outside of its trace. */
export class TraceError extends GradloomError {
  constructor(rule: string, parts: ErrorParts = {}) {
    super('GL_TRACE', rule, parts);
  }
}

/** A function that cannot be differentiated as asked. */
export class DifferentiationError extends GradloomError {
  constructor(rule: string, parts: ErrorParts = {}) {
    super('GL_DIFFERENTIATION', rule, parts);
  }
}

/** A tensor used after `dispose()` or after it was donated. */
export class DisposedError extends GradloomError {
  constructor(rule: string, parts: ErrorParts = {}) {
    super('GL_DISPOSED', rule, parts);
  }
}

/** A file or byte sequence that is not what it claims to be. */
export class FormatError extends GradloomError {
  constructor(rule: string, parts: ErrorParts = {}) {
    super('GL_FORMAT', rule, parts);
  }
}

/** A backend that cannot do what was asked. */
export class BackendError extends GradloomError {
  constructor(rule: string, parts: ErrorParts = {}) {
    super('GL_BACKEND', rule, parts);
  }
}

/**
 * A device that went away with everything on it: unplugged, reset, or taken by the system. Open the
 * backend again, and upload again what was downloaded or saved last.
 */
export class DeviceLostError extends GradloomError {
  constructor(rule: string, parts: ErrorParts = {}) {
    super('GL_LOST', rule, parts);
  }
}

/**
 * NaN that an operation made of operands without NaN, found where `debug.nan` asks for it. `op` is
 * the operation, `position` the index of the first NaN in its result.
 */
export class NaNError extends GradloomError {
  readonly op: string;
  readonly position: readonly number[];
  constructor(op: string, position: readonly number[], rule: string, parts: ErrorParts = {}) {
    super('GL_NAN', rule, parts);
    this.op = op;
    this.position = position;
  }
}

/** A fault of the compiler itself: names the stage and shows the IR around the fault. */
export class InternalError extends GradloomError {
  constructor(stage: string, rule: string, parts: ErrorParts = {}) {
    super('GL_INTERNAL', `${stage}: ${rule}`, parts);
  }
}
