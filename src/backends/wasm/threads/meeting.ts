/**
 * The functions of modules that threads run: which iterations are a thread's own, and the meeting
 * where every thread waits for all others. Whoever comes last to a meeting lets the others go by
 * giving it the next number; they look at the number for a while and then sleep in JavaScript.
 */
import { FunctionCode, type Signature } from '../assembler/module.ts';
import { byteOf, meetingMask } from './control.ts';

/** The global variable that holds the number of this thread. */
export const threadGlobal = 0;
/** The global variable that holds how many threads run the program. */
export const threadsGlobal = 1;

/** The import that waits until a meeting has another number than it is given. */
export const waitImport: { readonly name: string; readonly signature: Signature } = {
  name: 'threads.wait',
  signature: { parameters: ['i32'] },
};

/**
 * `share(count, thread)`: where the iterations of a thread begin when so many are divided; those
 * of the next thread begin where they end. Shares differ by one at most.
 */
export const shareFunction = (): FunctionCode => {
  const code = new FunctionCode({ parameters: ['i32', 'i32'], result: 'i32' });
  const [count, thread] = [0, 1];
  const rest = code.local('i32');
  const divide = (name: 'div_u' | 'rem_u'): void => {
    code.add('local.get', count);
    code.add('global.get', threadsGlobal);
    code.add(`i32.${name}`);
  };
  divide('div_u');
  code.add('local.get', thread);
  code.add('i32.mul');
  divide('rem_u');
  code.add('local.set', rest);
  code.add('local.get', rest);
  code.add('local.get', thread);
  code.add('local.get', rest);
  code.add('local.get', thread);
  code.add('i32.lt_u');
  code.add('select');
  code.add('i32.add');
  return code;
};

/**
 * `meet()`: waits for all other threads. `control` is the address of the control words, `wait` the
 * number of the import, and `spins` how often a thread looks before it sleeps.
 */
export const meetFunction = (control: number, wait: number, spins: number): FunctionCode => {
  const code = new FunctionCode({ parameters: [] });
  const [number, now, left] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const at = (word: Parameters<typeof byteOf>[0]): void =>
    code.add('i32.const', control + byteOf(word));
  code.add('global.get', threadsGlobal);
  code.add('i32.const', 1);
  code.add('i32.eq');
  code.add('if');
  code.add('return');
  code.add('end');
  at('meeting');
  code.add('i32.atomic.load', 2, 0);
  code.add('local.set', number);
  at('arrived');
  code.add('i32.const', 1);
  code.add('i32.atomic.rmw.add', 2, 0);
  code.add('i32.const', 1);
  code.add('i32.add');
  code.add('global.get', threadsGlobal);
  code.add('i32.eq');
  code.add('if');
  at('arrived');
  code.add('i32.const', 0);
  code.add('i32.atomic.store', 2, 0);
  // Unless a thread failed meanwhile, which gives the meeting a number that no exchange takes away.
  at('meeting');
  code.add('local.get', number);
  code.add('local.get', number);
  code.add('i32.const', 1);
  code.add('i32.add');
  code.add('i32.const', meetingMask);
  code.add('i32.and');
  code.add('i32.atomic.rmw.cmpxchg', 2, 0);
  code.add('drop');
  at('sleepers');
  code.add('i32.atomic.load', 2, 0);
  code.add('if');
  at('meeting');
  code.add('i32.const', -1);
  code.add('memory.atomic.notify', 2, 0);
  code.add('drop');
  code.add('end');
  code.add('return');
  code.add('end');
  code.add('i32.const', spins);
  code.add('local.set', left);
  code.add('block');
  code.add('loop');
  at('meeting');
  code.add('i32.atomic.load', 2, 0);
  code.add('local.tee', now);
  code.add('local.get', number);
  code.add('i32.ne');
  code.add('br_if', 1);
  code.add('local.get', left);
  code.add('i32.const', 1);
  code.add('i32.sub');
  code.add('local.tee', left);
  code.add('br_if', 0);
  code.add('end');
  code.add('end');
  // A negative number, now or when it came, means that a thread failed: waiting throws then.
  code.add('local.get', now);
  code.add('local.get', number);
  code.add('i32.eq');
  code.add('local.get', now);
  code.add('i32.const', 0);
  code.add('i32.lt_s');
  code.add('i32.or');
  code.add('if');
  code.add('local.get', number);
  code.add('call', wait);
  code.add('end');
  return code;
};
