/** Numbers as the tables show them. */

/** Three digits that count, without an exponent. */
export const digits = (value: number): string => {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return '0';
  const whole = Math.floor(Math.log10(Math.abs(value))) + 1;
  return value.toFixed(Math.min(6, Math.max(0, 3 - whole)));
};

/** A share in percent. */
export const percent = (share: number): string => `${digits(100 * share)} %`;

/** Bytes in MiB. */
export const mebibytes = (bytes: number): string => digits(bytes / 2 ** 20);
