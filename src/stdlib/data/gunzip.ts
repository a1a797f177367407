/**
 * Decompression of gzip (RFC 1952) with a bound on the size of the result, by the platform's
 * DecompressionStream.
 */
import { ArgumentError, BackendError, FormatError } from '../../ir/errors.ts';
import { checkOptions } from '../../ir/options.ts';
import { checkBytes } from './element-bytes.ts';

/** Options of gunzip. */
export interface GunzipOptions {
  /** The most bytes that the result may have; 2^29 (512 MiB) when absent. */
  readonly limit?: number;
}

const defaultLimit = 2 ** 29;

/**
 * Bytes handed over at a time. Deflate grows data at most 1032 times and some platforms decompress
 * a whole piece before they yield, so this bounds what can be allocated beyond the limit to about
 * 17 MB.
 */
const pieceBytes = 2 ** 14;

const pieces = (bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> => {
  let start = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (start >= bytes.length) {
        controller.close();
        return;
      }
      controller.enqueue(new Uint8Array(bytes.subarray(start, start + pieceBytes)));
      start += pieceBytes;
    },
  });
};

const join = (chunks: readonly Uint8Array[], total: number): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(total);
  let start = 0;
  for (const chunk of chunks) {
    whole.set(chunk, start);
    start += chunk.length;
  }
  return whole;
};

/**
 * Decompresses a gzip file. Throws a FormatError when the bytes are not gzip, are damaged or end
 * early, or when the result would have more than `limit` bytes (decompression stops there); a
 * BackendError where the platform has no DecompressionStream.
 */
export const gunzip = async (
  bytes: Uint8Array,
  options: GunzipOptions = {},
): Promise<Uint8Array<ArrayBuffer>> => {
  checkBytes('gunzip', bytes);
  checkOptions('gunzip', options, ['limit']);
  const limit = options.limit ?? defaultLimit;
  if (!Number.isSafeInteger(limit) || limit < 0) {
    throw new ArgumentError('gunzip: the limit is a whole number of bytes', { got: String(limit) });
  }
  if (bytes.length < 18 || bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    const fault = bytes.length < 18 ? 'fewer than 18 bytes' : 'no 1f 8b at byte 0';
    throw new FormatError('gunzip: the bytes are not gzip', { got: fault });
  }
  if (typeof DecompressionStream === 'undefined') {
    throw new BackendError('gunzip: this platform has no DecompressionStream');
  }
  const reader = pieces(bytes).pipeThrough(new DecompressionStream('gzip')).getReader();
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((fault: unknown) => {
      throw new FormatError('gunzip: the data are damaged or end early', {
        got: fault instanceof Error ? fault.message : String(fault),
      });
    });
    if (done) return join(chunks, total);
    total += value.length;
    if (total > limit) {
      await reader.cancel().catch(() => undefined);
      throw new FormatError('gunzip: the result is larger than the limit', {
        got: `more than ${limit} bytes from ${bytes.length}`,
        hint: 'gunzip(bytes, { limit }) sets another limit for a file that you trust',
      });
    }
    chunks.push(value);
  }
};
