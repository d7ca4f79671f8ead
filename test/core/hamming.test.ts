import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hammingDistance, hexToBytes } from '../../src/core/hamming.js';

const hashes = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes });

describe('hammingDistance', () => {
  it('counts the bits that were flipped, whichever they are', () => {
    fc.assert(
      fc.property(hashes(32), fc.uniqueArray(fc.nat(255)), (hash, flips) => {
        const other = hash.slice();
        for (const bit of flips) other[bit >> 3]! ^= 1 << (bit & 7);
        expect(hammingDistance(hash, other)).toBe(flips.length);
      }),
    );
  });

  it('is symmetric and obeys the triangle inequality', () => {
    fc.assert(
      fc.property(hashes(8), hashes(8), hashes(8), (a, b, c) => {
        expect(hammingDistance(a, b)).toBe(hammingDistance(b, a));
        expect(hammingDistance(a, c)).toBeLessThanOrEqual(hammingDistance(a, b) + hammingDistance(b, c));
      }),
    );
  });

  it('refuses hashes of different lengths', () => {
    expect(() => hammingDistance(new Uint8Array(8), new Uint8Array(32))).toThrow(RangeError);
  });
});

describe('hexToBytes', () => {
  it('reads what a Buffer writes, in either case', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const hex = Buffer.from(bytes).toString('hex');
        expect(hexToBytes(hex)).toEqual(bytes);
        expect(hexToBytes(hex.toUpperCase())).toEqual(bytes);
      }),
    );
  });

  it.each(['abc', 'zz', '0x12', ' 12', '1 2 '])('refuses %j without quoting it', (text) => {
    expect(() => hexToBytes(text)).toThrow(/^not hexadecimal text of even length$/);
  });
});
