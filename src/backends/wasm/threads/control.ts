/**
 * The control words that the threads of a backend share, a cache line each. They stand at one
 * address of the memory for as long as the backend lives.
 */

const wordsOfLine = 16;

/** The most threads: the workers that joined are bits of one word. */
export const mostThreads = 8;

const names = [
  /**
   * Which call is on: bits of the workers that joined, `closed`, the number of the call above it.
   * Workers sleep on it; negative, it tells them to end.
   */
  'gate',
  /** The address of the descriptor of the program that is called, or 0. */
  'program',
  /** The pages of the memory. */
  'pages',
  /** Counts up when workers should forget the programs that they know. */
  'epoch',
  /** How many threads came to the meeting, its number, and how many sleep there. */
  'arrived',
  'meeting',
  'sleepers',
  /** How many workers have ended the call, and whether the calling thread sleeps until then. */
  'done',
  'isAwaited',
  /** 1 where a worker failed; the text of its error follows in `message`. */
  'failed',
] as const;

/** A control word. */
export type Word = (typeof names)[number];

/** The last call that each worker has ended. */
const ended = names.length;
/** Whether each worker reads the descriptor of a program. */
const reading = ended + mostThreads;
/** Which worker has each place: a number that no other worker had. */
const holder = reading + mostThreads;
const message = holder + mostThreads;
/** The most characters of the message of a failed worker; its length stands before them. */
const messageLength = 120;

/** The index of a word among the control words. */
export const wordOf = (word: Word): number => names.indexOf(word) * wordsOfLine;
/** Where a word stands, in bytes from the first. */
export const byteOf = (word: Word): number => 4 * wordOf(word);
/** The index of a word that every worker has. */
export const workerWord = (word: 'ended' | 'reading' | 'holder', place: number): number =>
  ({ ended, reading, holder })[word] * wordsOfLine + place * wordsOfLine;

/** The bytes of all control words. */
export const controlBytes: number = 4 * (message * wordsOfLine + 1 + messageLength);

/** In `gate`: nobody may join any more. The bits below are those of the workers that did. */
export const closed = 128;
/** Numbers of calls are below this. */
export const callNumbers: number = 2 ** 22;
/** Meetings are numbered from 0 to this, again and again: it has bits only. */
export const meetingMask = 0x3fffffff;

/** The words of a descriptor: the program's number, the length of its module, of its arguments. */
export const descriptorWords = 3;

/** What the code of workers must know: indexes of words, and constants. */
export const layout: Readonly<Record<string, number>> = {
  ...Object.fromEntries(names.map((name) => [name, wordOf(name)])),
  ended: ended * wordsOfLine,
  reading: reading * wordsOfLine,
  holder: holder * wordsOfLine,
  message: message * wordsOfLine,
  messageLength,
  line: wordsOfLine,
  closed,
  descriptorWords,
};
