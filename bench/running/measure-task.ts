/** Has a task done by the reference and by all contenders, compares results, pools times. */
import type { Contender } from '../contenders.ts';
import type { Task } from '../tasks/task.ts';
import type { Measurement, Reply, Request } from './messages.ts';
import type { Outcome, TaskResult } from './results.ts';
import { isSlow, type Sampling } from './sample.ts';
import { differenceOfAll, summarise } from './statistics.ts';

/** How tasks are measured. */
export interface Plan {
  readonly contenders: readonly Contender[];
  readonly reference: Contender;
  readonly sampling: Sampling;
  /** Processes per contender; they take turns. */
  readonly rounds: number;
  /** Processes per contender where the first call is what is timed. */
  readonly firstRounds: number;
  ask(request: Request): Promise<Reply<Measurement>>;
  /** Tells what is being done. */
  progress(text: string): void;
}

/** JSON has no NaN: it came as null. */
const arraysOf = ({ results }: Measurement): number[][] =>
  results.map((one) => one.map((x) => (x === null ? Number.NaN : x)));

/** What several processes of one contender said, as one outcome. */
export const outcomeOf = (
  { library }: Pick<Contender, 'library'>,
  { work, tolerance }: Pick<Task, 'work' | 'tolerance'>,
  replies: readonly Reply<Measurement>[],
  expected: Reply<Measurement>,
): Outcome => {
  const done: Measurement[] = [];
  for (const reply of replies) {
    if (reply.kind !== 'done') {
      // What a peer refuses is its limit; what Gradloom refuses is a fault.
      const isLimit = reply.kind === 'refused' && library !== 'gradloom';
      return { kind: isLimit ? 'not supported' : 'failed', message: reply.message };
    }
    done.push(reply.value);
  }
  if (expected.kind !== 'done') {
    return { kind: 'failed', message: `nothing to compare with: ${expected.message}` };
  }
  const right = arraysOf(expected.value);
  const by = Math.max(...done.map((one) => differenceOfAll(right, arraysOf(one))));
  if (!(by <= tolerance)) return { kind: 'differs', by };
  const firsts = done.map(({ first }) => first);
  const samples = work.kind === 'first' ? firsts : done.flatMap((one) => one.samples);
  const count = work.kind === 'first' ? firsts.length : done.reduce((n, one) => n + one.count, 0);
  return {
    kind: 'timed',
    times: { ...summarise(samples), count },
    first: summarise(firsts).median,
    mostMemory: Math.max(...done.map(({ mostMemory }) => mostMemory)),
    startMemory: Math.min(...done.map(({ startMemory }) => startMemory)),
    plan: done[0]?.plan,
  };
};

/** Measures a task. */
export const measureTask = async (task: Task, plan: Plan): Promise<TaskResult> => {
  const { work } = task;
  const isFirst = work.kind === 'first';
  const request = (contender: Contender, sampling?: Sampling): Request => ({
    kind: 'measure',
    contender,
    work,
    sampling,
  });
  const replies = new Map(plan.contenders.map(({ name }) => [name, [] as Reply<Measurement>[]]));
  const repliesOf = ({ name }: Contender): Reply<Measurement>[] => replies.get(name) ?? [];
  for (let round = 0; round < (isFirst ? plan.firstRounds : plan.rounds); round++) {
    for (const contender of plan.contenders) {
      const own = repliesOf(contender);
      if (own.some((reply) => reply.kind !== 'done' || isSlow(reply.value.first))) continue;
      plan.progress(`${task.name}: ${contender.name}`);
      own.push(await plan.ask(request(contender, isFirst ? undefined : plan.sampling)));
    }
  }
  let [expected] = repliesOf(plan.reference);
  if (expected === undefined) {
    plan.progress(`${task.name}: results of ${plan.reference.name}`);
    expected = await plan.ask(request(plan.reference));
  }
  const right = expected;
  return {
    task,
    rows: plan.contenders.map((contender) => ({
      contender: contender.name,
      outcome: outcomeOf(contender, task, repliesOf(contender), right),
    })),
  };
};
