import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { endsInside } from '../support/inside.js';

it('a video in a HEIC file, as of a motion photo, is looked at', async () => {
  const heic = readFileSync(new URL('../../fixtures/formats/heic/scene-01.heic', import.meta.url));
  const video = Buffer.from('\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x08mdat', 'latin1');
  const box = Buffer.alloc(8);
  box.writeUInt32BE(8 + video.length, 0);
  box.write('mpvd', 4, 'latin1');
  const found = await endsInside('a.heic', Buffer.concat([heic, box, video]));
  expect(found).toEqual({ 'a.heic!/video-1': 'skipped decoder-missing', 'a.heic': 'clear' });
});
