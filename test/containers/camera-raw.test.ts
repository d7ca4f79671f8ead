import { beforeAll, describe, expect, it } from 'vitest';
import type { HashList } from '../../src/core/index.js';
import { cameraRaw } from '../support/camera-raw.js';
import { draw } from '../support/draw.js';
import { endsInside, listOf } from '../support/inside.js';
import { random, seed } from '../support/seed.js';

let preview: Buffer;
let sensor: Buffer;
let list: HashList;
beforeAll(async () => {
  preview = await draw(1).jpeg().toBuffer();
  const next = random(seed);
  sensor = Buffer.from(Uint8Array.from({ length: 20_000 }, () => next() * 256));
  list = await listOf(preview);
});

describe.each(Object.keys(cameraRaw))('a file of a camera, %s', (kind) => {
  it('has a preview, which is found, and is not called clear where its sensor cannot be read', async () => {
    const file = cameraRaw[kind]!(preview, sensor);
    const ends = await endsInside(`a.${kind}`, file, { lists: [list] });
    expect(Object.values(ends)).toContain('matched');
    const unlisted = await endsInside(`a.${kind}`, file);
    expect(unlisted[`a.${kind}`]).toMatch(/^(failed decode\/undecodable|skipped unsupported-format)$/);
  });
});
