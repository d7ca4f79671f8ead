import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect, it } from 'vitest';
import { hashsieve, lines, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { describeWith } from '../support/programs.js';
import { videoOf } from '../support/video.js';

describeWith(['ffmpeg'], 'a list of videos', () => {
  it('is written by hash --format vpdq, and finds the re-encoded video and a still of it', async () => {
    const dir = tempDir();
    const uploads = join(dir, 'uploads');
    mkdirSync(uploads);
    const picture = await draw(1).png().toBuffer();
    writeFileSync(join(dir, 'known.mp4'), videoOf(picture, 'known.mp4'));
    writeFileSync(join(uploads, 'a.webm'), videoOf(picture, 'a.webm'));
    writeFileSync(join(uploads, 'still.jpg'), await draw(1).jpeg({ quality: 80 }).toBuffer());
    const hashed = await hashsieve(['hash', join(dir, 'known.mp4'), uploads, '--format', 'vpdq']);
    expect(hashed.code).toBe(0);
    expect(hashed.stderr).toContain('1 files are no videos');
    const signal = hashed.stdout.split('\n')[0]!;
    expect(JSON.parse(signal)).toContainEqual(expect.stringMatching(/^[0-9a-f]{64},\d+,3\.\d{3}$/));
    const list = join(dir, 'videos.csv');
    writeFileSync(list, `id,category,vpdq\nv1,own,"${signal.replaceAll('"', '""')}"\n`);
    const ran = await hashsieve(['scan', uploads, '-l', list, '--no-ledger', '-f', 'jsonl']);
    expect(ran.code).toBe(10);
    const events = lines(ran.stdout);
    const ajv = new Ajv2020({ strict: false });
    (formats as unknown as (ajv: Ajv2020) => void)(ajv);
    const valid = ajv.compile(JSON.parse(readFileSync('docs/schemas/event.schema.json', 'utf8')) as object);
    for (const event of events) expect(valid(event), JSON.stringify(valid.errors)).toBe(true);
    expect(events).toMatchObject([
      { videos: [{ id: 'v1', isSame: true }], best: { listedVideo: { id: 'v1' } } },
      { best: { listedVideo: { id: 'v1' } } },
    ]);
    expect(events[1]).not.toHaveProperty('videos');
  });
});
