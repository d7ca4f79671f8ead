import { expect, it } from 'vitest';
import { hexToBytes } from '../../src/core/index.js';
import { isPlainHash } from '../../src/matching/plain-hash.js';

const isPlain = (algorithm: string, hex: string) => isPlainHash(algorithm, hexToBytes(hex));

it('hashes that are nearly empty, of one piece or periodic say little', () => {
  for (const hex of ['fffffffffdffffff', '0000000000100001', '5454545454545454', 'aa55aa55aa55aa55'])
    expect(isPlain('dhash', hex), hex).toBe(true);
  for (const hex of ['ffffffff00000000', 'f0f0f0f0f0f0f0f0', 'aaaaaaaa55555555'])
    expect(isPlain('phash', hex), hex).toBe(true);
  for (const row of ['01ff00ff', 'ffff0000', '00000000', '5555aaaa'])
    expect(isPlain('blockhash', row.repeat(8)), row).toBe(true);
  expect(isPlain('pdq', 'ff0000ff'.repeat(8))).toBe(true);
});

it('hashes with few bits of one kind, or few changes between neighbours, say little, though no row repeats another', () => {
  expect(isPlain('dhash', '8021040910428012')).toBe(true);
  expect(isPlain('dhash', '80c0e0f0f8fcfeff')).toBe(true);
});

it('hashes of rich pictures do not', () => {
  expect(isPlain('dhash', '3a9c5b071de6a4c8')).toBe(false);
  expect(isPlain('phash', 'c3a15e70b94d2f86')).toBe(false);
  for (const algorithm of ['pdq', 'phash256', 'blockhash'])
    expect(isPlain(algorithm, 'f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22')).toBe(
      false,
    );
});
