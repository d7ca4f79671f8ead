import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Bitmap, Frame, Orientation } from '../../src/core/types.js';
import { turnUpright, viewSource, views } from '../../src/views/index.js';
import { paint } from '../fingerprints/pictures.js';

const orientations = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const stored = paint(5, 3, (x, y) => [x * 10, y * 10, x + y]);
const frame = (orientation: Orientation): Frame => ({ index: 0, bitmap: stored, orientation });

describe('upright', () => {
  it.each(orientations)('turns orientation %i as libvips does, changing no pixel', async (orientation) => {
    const tagged = await sharp(stored.data, { raw: { width: 5, height: 3, channels: 3 } })
      .withMetadata({ orientation })
      .png()
      .toBuffer();
    const { data, info } = await sharp(tagged).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const bitmap = views.upright.look(viewSource(frame(orientation)));
    expect(bitmap).toEqual({
      width: info.width,
      height: info.height,
      channels: 3,
      data: new Uint8Array(data),
    });
  });

  it.each([1, 3, 4] as const)('works on %i channels', (channels) => {
    const bitmap: Bitmap = {
      width: 2,
      height: 1,
      channels,
      data: Uint8Array.from({ length: 2 * channels }, (_, i) => i),
    };
    const turned = turnUpright(turnUpright(bitmap, 6), 8);
    expect(turned).toEqual(bitmap);
  });
});

describe('as-stored', () => {
  it('repeats nothing: it answers only where the upright picture is another one', () => {
    expect(views['as-stored'].look(viewSource(frame(1)))).toBeUndefined();
    for (const orientation of orientations.slice(1)) {
      expect(views['as-stored'].look(viewSource(frame(orientation)))).toBe(stored);
    }
  });
});
