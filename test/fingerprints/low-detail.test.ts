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

/** The three colours of a flag, from the top down: a few coefficients decide its hash. */
const stripes = (width: number, height: number): Bitmap => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from(
    { length: width * height * 3 },
    (_, at) => [230, 90, 40][Math.floor(at / (width * height))]! + 20 * Math.sin(at % (width * 3)),
  ),
});

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
    const answer = fingerprinters.pdq.compute(stripes(300, 200));
    expect(answer.ok === false || answer.lowDetail).toBe(true);
  });

  it('is not low in pictures of many shapes', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const answer = fingerprinters.pdq.compute(await bitmapOf(draw(seed, 240, 180)));
      expect(answer).toMatchObject({ ok: true });
      expect(answer).not.toHaveProperty('lowDetail');
    }
  });
});
