/**
 * A walk through nested objects that knows where it is, and refuses cycles and nesting that no
 * stack could hold.
 */
import { ArgumentError } from '../ir/errors.ts';

/** The deepest nesting that trees may have. */
export const deepestNesting = 200;

/** The path as code would write it: `blocks[0].w`. */
export const showPath = (path: readonly (string | number)[]): string => {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_$][\w$]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
};

/**
 * One walk; `name` is the function that errors name, `root` what the outermost object is called.
 */
export class Visit {
  readonly name: string;
  readonly root: string;
  readonly path: (string | number)[] = [];
  #open: Set<object> = new Set();

  constructor(name: string, root = 'the value') {
    this.name = name;
    this.root = root;
  }

  /** Where the walk is, for messages: `blocks[0].w`, or the name of the root. */
  place(): string {
    return this.path.length === 0 ? this.root : showPath(this.path);
  }

  /** Walks the part under `step`. */
  at<R>(step: string | number, body: () => R): R {
    this.path.push(step);
    const result = body();
    this.path.pop();
    return result;
  }

  /**
   * Walks the parts of an object; an ArgumentError when it contains itself or is nested too deep.
   */
  inside<R>(x: object, body: () => R): R {
    this.enter(x);
    const result = body();
    this.leave(x);
    return result;
  }

  /** Begins with the parts of an object; the same errors as `inside`. */
  enter(x: object): void {
    if (this.#open.has(x)) {
      throw new ArgumentError(`${this.name}: a tree cannot contain itself`, {
        got: this.path.length > 20 ? 'a cycle' : `a cycle at ${this.place()}`,
      });
    }
    if (this.#open.size >= deepestNesting) {
      throw new ArgumentError(`${this.name}: a tree is nested at most ${deepestNesting} deep`, {
        hint: 'use an array of equal parts instead of a chain of nested ones',
      });
    }
    this.#open.add(x);
  }
  /** Ends with the parts of an object. */
  leave(x: object): void {
    this.#open.delete(x);
  }
}
