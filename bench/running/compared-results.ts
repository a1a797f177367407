/** What is compared of the results of a task. */
import type { Runner } from '../libraries/library.ts';
import { chosenElements } from '../tasks/data.ts';

/** The compared elements of each result. */
export const comparedResults = async (runner: Runner): Promise<number[][]> =>
  (await runner.result()).map((one) => chosenElements(one.length).map((k) => one[k] as number));
