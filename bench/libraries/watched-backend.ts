/** A backend that remembers what it compiled, so that plans can be told about. */
import type { Backend, Plan } from 'gradloom';
import type { PlanMemory } from './library.ts';
import { leastArenaBytes } from './plan-memory.ts';

/** A backend that remembers the plan of what was compiled last. */
export interface Watched {
  readonly backend: Backend;
  plan(): Plan | undefined;
}
/** Watches a backend. */
export const watch = (backend: Backend): Watched => {
  let plan: Plan | undefined;
  const compile: Backend['compile'] = (program) => {
    const executable = backend.compile(program);
    plan = program.plan(backend.target);
    return executable;
  };
  return { backend: { ...backend, compile }, plan: () => plan };
};

/** The memory of the plan that was compiled last. */
export const memoryOf = ({ plan }: Watched): PlanMemory | undefined => {
  const last = plan();
  return last && { arena: last.arenaBytes, leastArena: leastArenaBytes(last) };
};
