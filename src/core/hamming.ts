import { writeHex } from './hex.js';

const bitsOfByte = Uint8Array.from({ length: 256 }, (_, value) => {
  let bits = 0;
  for (let rest = value; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
});

/**
 * Bytes of a hexadecimal text of even length, either case.
 * Raises RangeError for anything else; the message does not quote the text (listed hashes are confidential).
 * @example
 * hexToBytes('0fff'); // Uint8Array [15, 255]
 */
export function hexToBytes(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1);
  if (!writeHex(hex, bytes, 0)) throw new RangeError('not hexadecimal text of even length');
  return bytes;
}

/**
 * Number of differing bits, 0…8·length. Raises RangeError where the lengths differ.
 * @example
 * hammingDistance(hexToBytes('0f'), hexToBytes('ff')); // 4
 */
export function hammingDistance(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) throw new RangeError('hashes of different lengths have no Hamming distance');
  let distance = 0;
  for (let i = 0; i < a.length; i++) distance += bitsOfByte[a[i]! ^ b[i]!]!;
  return distance;
}
