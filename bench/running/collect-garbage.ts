/** The garbage collector of the process, to be called before something is timed. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Collects what making the data has left behind; else it would be in the times of first calls. */
export const collectGarbage = runInNewContext('gc') as () => void;
