/**
 * The order of work on a device. A job runs at once unless an earlier one is still waiting for the
 * device; then it runs after that one.
 */

/** Jobs one after the other. */
export class WorkQueue {
  #last: Promise<void> | undefined;
  /** Runs a job now or in its turn. Jobs report their own failures: they must not throw. */
  add(job: () => void | Promise<void>): void {
    const running = this.#last === undefined ? job() : this.#last.then(job);
    if (running === undefined) return;
    const last: Promise<void> = running.finally(() => {
      if (this.#last === last) this.#last = undefined;
    });
    this.#last = last;
  }
}
