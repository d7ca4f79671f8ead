const digits = new Int8Array(128).fill(-1);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  digits[digit.charCodeAt(0)] = value;
  digits[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Writes the bytes of a hexadecimal text (either case) into `target` at `offset`. Returns false, with `target` partly
 * written, where the text is no even number of hex digits.
 */
export function writeHex(hex: string, target: Uint8Array, offset: number): boolean {
  if (hex.length % 2 !== 0) return false;
  for (let i = 0; i < hex.length; i += 2) {
    const high = digits[hex.charCodeAt(i)] ?? -1;
    const low = digits[hex.charCodeAt(i + 1)] ?? -1;
    if (high < 0 || low < 0) return false;
    target[offset + i / 2] = high * 16 + low;
  }
  return true;
}

/** Writes bytes as lower-case hexadecimal text. */
export function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += (byte < 16 ? '0' : '') + byte.toString(16);
  return hex;
}
