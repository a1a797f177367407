/** The command line of `npm run bench`. */
import { Command } from 'commander';

/** What the user asked for. */
export interface Options {
  readonly only?: string;
  readonly contender?: string;
  readonly quick: boolean;
  readonly node: string;
  readonly out: string;
  readonly inTurn: boolean;
  readonly sweep: boolean;
  readonly list: boolean;
}

/**
 * Reads the arguments of the process; prints help or a message and ends it where that is asked for.
 */
export const readOptions = (argv: readonly string[]): Options =>
  new Command()
    .name('npm run bench --')
    .description('Times Gradloom and its peers on the same work; see bench/README.md.')
    .option('--only <pattern>', 'tasks whose name or group matches this regular expression')
    .option('--contender <pattern>', 'contenders whose name matches this regular expression')
    .option('--quick', 'few samples, for trying', false)
    .option('--node <which>', "'24' (installed with the peers), 'current', or a path", '24')
    .option('--out <folder>', 'where results are written', 'bench/results')
    .option('--in-turn', 'all contenders in one process, called in turn', false)
    .option('--sweep', 'products of many shapes instead, for slow ones', false)
    .option('--list', 'names the tasks and contenders and ends', false)
    .allowExcessArguments(false)
    .parse(argv as string[])
    .opts<Options>();

/** What matches a pattern in any case; everything where there is none. */
export const matching = <Item>(
  items: readonly Item[],
  pattern: string | undefined,
  namesOf: (item: Item) => readonly string[],
): Item[] => {
  if (pattern === undefined) return [...items];
  const expression = new RegExp(pattern, 'i');
  return items.filter((item) => namesOf(item).some((name) => expression.test(name)));
};
