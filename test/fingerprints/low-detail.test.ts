import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawing } from '../../bench/accuracy/drawings.mjs';
import type { Bitmap } from '../../src/core/types.js';
import { fingerprinters } from '../../src/fingerprints/index.js';
import { draw } from '../support/draw.js';

const algorithms = ['pdq', 'phash', 'phash256', 'dhash', 'blockhash'] as const;

async function bitmapOf(source: Sharp): Promise<Bitmap> {
  const { data, info } = await source.flatten().raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info as { width: number; height: number; channels: 3 };
  return { width, height, channels, data };
}

const drawn = (kind: string, seed: number) => bitmapOf(sharp(Buffer.from(drawing(kind, seed))));

/**
 * Two strong waves of many brightnesses, and between them weak ones of all frequencies: a few coefficients decide the
 * hash.
 * @param weak how strong the weak ones are: 0…1
 */
const waves = (weak: number): Bitmap => {
  const [width, height] = [256, 192];
  const wave = (x: number, y: number, k: number, l: number) =>
    Math.cos((Math.PI * k * (x + 0.5)) / width) * Math.cos((Math.PI * l * (y + 0.5)) / height);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let value = 128 + 50 * wave(x, y, 5, 6) + 40 * wave(x, y, 9, 4);
      for (let k = 1; k <= 16; k++)
        for (let l = 1; l <= 16; l++) value += weak * Math.sin(k * 7 + l * l) * wave(x, y, k, l);
      for (let channel = 0; channel < 3; channel++) data[at++] = Math.max(0, Math.min(255, value));
    }
  return { width, height, channels: 3, data };
};

describe('the detail of a picture', () => {
  it('is low in logos, icons, charts and forms, under every algorithm, turned or not', async () => {
    for (const kind of ['logo', 'icon', 'bars', 'form', 'avatar'])
      for (let seed = 101; seed <= 106; seed++) {
        const bitmap = await drawn(kind, seed);
        for (const name of algorithms) {
          const answer = fingerprinters[name].compute(bitmap);
          if (answer.ok) expect(answer, `${kind} ${seed} ${name}`).toHaveProperty('lowDetail', true);
          const turned = fingerprinters[name].computeTurned(bitmap, [
            { dihedral: 'rotate90', negative: false },
          ]);
          if (turned.ok) expect(turned.lowDetail).toBe(true);
        }
      }
  });

  it('is low where a few coefficients decide the hash', () => {
    expect(fingerprinters.pdq.compute(waves(0.6))).toMatchObject({ ok: true, lowDetail: true });
    const rich = fingerprinters.pdq.compute(waves(8));
    expect(rich).toMatchObject({ ok: true });
    expect(rich).not.toHaveProperty('lowDetail');
  });

  it('is not low in pictures of many shapes', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const answer = fingerprinters.pdq.compute(await bitmapOf(draw(seed, 240, 180)));
      expect(answer).toMatchObject({ ok: true });
      expect(answer).not.toHaveProperty('lowDetail');
    }
  });
});
