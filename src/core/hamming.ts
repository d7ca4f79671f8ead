const bitsOfByte = Uint8Array.from({ length: 256 }, (_, value) => {
  let bits = 0;
  for (let rest = value; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
});

/**
 * Bytes of a hexadecimal text of even length, either case.
 * Raises RangeError for anything else; the message does not quote the text (listed hashes are confidential).
 */
export function hexToBytes(hex: string): Uint8Array {
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(hex)) {
    throw new RangeError('not hexadecimal text of even length');
  }
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Number of differing bits, 0…8·length. Raises RangeError where the lengths differ. */
export function hammingDistance(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) throw new RangeError('hashes of different lengths have no Hamming distance');
  let distance = 0;
  for (let i = 0; i < a.length; i++) distance += bitsOfByte[a[i]! ^ b[i]!]!;
  return distance;
}
