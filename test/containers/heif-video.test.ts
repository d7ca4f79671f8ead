import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hashsieve, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { endsInside } from '../support/inside.js';
import { itWith, programPath } from '../support/programs.js';

it('a video in a HEIC file, as of a motion photo, is looked at', async () => {
  const heic = readFileSync(new URL('../../fixtures/formats/heic/scene-01.heic', import.meta.url));
  const video = Buffer.from('\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x08mdat', 'latin1');
  const box = Buffer.alloc(8);
  box.writeUInt32BE(8 + video.length, 0);
  box.write('mpvd', 4, 'latin1');
  const found = await endsInside('a.heic', Buffer.concat([heic, box, video]));
  expect(found).toEqual({ 'a.heic!/video-1': 'skipped decoder-missing', 'a.heic': 'clear' });
});

itWith(
  ['ffmpeg'],
  'every frame of an AVIF sequence is looked at, and the still picture beside it',
  async () => {
    const dir = tempDir();
    // One listed picture among thirty frames, the fourteenth; the still picture is the first frame.
    for (let at = 0; at < 30; at++)
      await draw(at < 13 ? 1 : at === 13 ? 2 : 3, 320, 240)
        .png()
        .toFile(join(dir, `${String(at).padStart(2, '0')}.png`));
    await draw(2, 320, 240).png().toFile(join(dir, 'listed.png'));
    await draw(1, 320, 240).png().toFile(join(dir, 'still.png'));
    execFileSync(
      programPath('ffmpeg'),
      ['-loglevel', 'error', '-framerate', '10', '-i', join(dir, '%02d.png')].concat([
        '-c:v',
        'libaom-av1',
        '-cpu-used',
        '8',
        '-crf',
        '20',
        '-f',
        'avif',
        join(dir, 's.avif'),
      ]),
    );
    const found = async (name: string, ...more: string[]) => {
      await hashsieve(['hash', join(dir, name), '--algorithm', 'pdq', '-o', join(dir, `${name}.csv`)]);
      return hashsieve([
        'scan',
        join(dir, 's.avif'),
        '--no-ledger',
        '-l',
        join(dir, `${name}.csv`),
        '--format',
        'text',
        ...more,
      ]);
    };
    const listed = await found('listed.png');
    expect(listed.code, listed.stderr).toBe(10);
    expect(listed.stdout).toMatch(/s\.avif!\/sequence\.mp4#t=1\.\d {2}pdq distance/);
    const still = await found('still.png');
    expect(still.stdout).toMatch(/MATCH {3}\S+s\.avif {2}pdq distance/);
    // Without what reads videos nobody saw the sequence.
    const without = await found('listed.png', '--no-video');
    expect(without.stdout).not.toContain('MATCH');
  },
);
