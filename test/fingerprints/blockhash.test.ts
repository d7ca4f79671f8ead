import { describe, expect, it } from 'vitest';
import { fingerprinters } from '../../src/fingerprints/index.js';
import { formulaPicture } from './pictures.js';

const opaque = formulaPicture('blobs', 320, 240);

function withAlpha(alpha: (x: number) => number) {
  const data = new Uint8Array(320 * 240 * 4);
  for (let i = 0; i < 320 * 240; i++) {
    data.set(opaque.data.subarray(i * 3, i * 3 + 3), i * 4);
    data[i * 4 + 3] = alpha(i % 320);
  }
  return { width: 320, height: 240, channels: 4 as const, data };
}

describe('alpha', () => {
  it('means nothing to blockhash while it is not zero, and white where it is', () => {
    const { blockhash } = fingerprinters;
    expect(blockhash.raw(withAlpha(() => 1))).toEqual(blockhash.raw(opaque));
    const white = { ...opaque, data: opaque.data.map((v, i) => (Math.floor(i / 3) % 320 < 100 ? 255 : v)) };
    expect(blockhash.raw(withAlpha((x) => (x < 100 ? 0 : 255)))).toEqual(blockhash.raw(white));
  });

  it.each(['pdq', 'phash', 'phash256', 'dhash'] as const)('means nothing to %s', (name) => {
    expect(fingerprinters[name].raw(withAlpha((x) => x & 255))).toEqual(fingerprinters[name].raw(opaque));
  });
});
