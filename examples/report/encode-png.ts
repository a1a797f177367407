/**
 * Writes an 8-bit grey-scale PNG without a library: signature, header, one compressed block of
 * rows, end. Format: PNG Specification (Third Edition), W3C, sections 5 and 9.
 */
import { crc32, deflateSync } from 'node:zlib';

const signature: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8 + body.length);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), 4 + body.length);
  return frame;
};

/**
 * Grey values in [0, 1], `width * height` of them, as the bytes of a PNG; values outside are
 * clamped.
 */
export const encodePng = (pixels: Float32Array, width: number, height: number): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits a sample; colour type 0 (grey), no interlacing
  const rows = Buffer.alloc((width + 1) * height); // each row starts with filter type 0
  pixels.forEach((value, i) => {
    const at = Math.floor(i / width) * (width + 1) + 1 + (i % width);
    rows[at] = Math.round(255 * Math.min(1, Math.max(0, value)));
  });
  return Buffer.concat([
    Buffer.from(signature),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
};

/** The same picture as a `data:` address. */
export const pngAddress = (pixels: Float32Array, width: number, height: number): string =>
  `data:image/png;base64,${encodePng(pixels, width, height).toString('base64')}`;
