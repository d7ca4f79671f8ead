import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { beforeAll, expect, it } from 'vitest';
import { hashsieve, lines, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { describeWith } from '../support/programs.js';
import { videoOf } from '../support/video.js';
import { zip } from '../support/zip.js';

let known: Buffer;
let video: Buffer;

/** A folder with a video, the same in an archive, and a picture; a list of the known picture; a ledger. */
async function site() {
  const dir = tempDir();
  const uploads = join(dir, 'uploads');
  mkdirSync(uploads);
  writeFileSync(join(dir, 'known.png'), known);
  writeFileSync(join(uploads, 'a.mp4'), video);
  writeFileSync(join(uploads, 'b.zip'), zip([{ name: 'c.mp4', bytes: video }]));
  const list = join(dir, 'known.txt');
  writeFileSync(list, (await hashsieve(['hash', join(dir, 'known.png'), '-a', 'pdq', '-f', 'jsonl'])).stdout);
  const scan = async (env: Record<string, string> = {}, ...more: string[]) => {
    const args = [
      'scan',
      uploads,
      '-l',
      list,
      '--ledger',
      join(dir, 'ledger'),
      '--all',
      '-f',
      'jsonl',
      ...more,
    ];
    const ran = await hashsieve(args, { env });
    return { ...ran, records: lines(ran.stdout) };
  };
  return { scan };
}
const noFfmpeg = { PATH: dirname(process.execPath) === '/usr/bin' ? '/nowhere' : dirname(process.execPath) };

describeWith(['ffmpeg'], 'a video in a scan', () => {
  beforeAll(async () => {
    known = await draw(1).png().toBuffer();
    video = videoOf(known, 'a.mp4');
  });

  it('is one asset, whose event names the moment; a rescan tells the same from memory', async () => {
    const { scan } = await site();
    const first = await scan();
    const matched = ({ records }: { records: Record<string, unknown>[] }) =>
      records.filter(({ outcome }) => outcome === 'matched');
    const [alone, inside] = matched(first);
    expect(alone).toMatchObject({
      part: expect.stringMatching(/^t=[34]\.\d$/),
      best: { time: expect.any(Number) },
    });
    expect(alone!.uri).toMatch(/\/a\.mp4#t=[34]\.\d$/);
    expect(inside!.uri).toMatch(/\/b\.zip!\/c\.mp4#t=[34]\.\d$/);
    expect(alone).not.toHaveProperty('frame');
    expect(alone!.asset).not.toHaveProperty('times');
    const ajv = new Ajv2020({ strict: false });
    (formats as unknown as (ajv: Ajv2020) => void)(ajv);
    const valid = ajv.compile(JSON.parse(readFileSync('docs/schemas/event.schema.json', 'utf8')) as object);
    for (const event of [alone, inside]) expect(valid(event), JSON.stringify(valid.errors)).toBe(true);
    expect(first.code).toBe(10);
    const told = (run: typeof first) => matched(run).map(({ id, uri, best }) => ({ id, uri, best }));
    expect(told(await scan())).toEqual(told(first));
  });

  it('without ffmpeg leaves the run incomplete and says so once; with it the next run looks', async () => {
    const { scan } = await site();
    const { code, stderr, records } = await scan(noFfmpeg);
    expect(code).toBe(3);
    expect(records.map(({ code }) => code)).toEqual(['decoder-missing', 'decoder-missing', undefined]);
    expect(stderr.match(/hashsieve doctor/g)).toHaveLength(1);
    const next = await scan();
    expect(next.code).toBe(10);
    expect(next.records.filter(({ outcome }) => outcome === 'matched')).toHaveLength(2);
  });

  it('is not looked at with --no-video, and is without it again', async () => {
    const { scan } = await site();
    const { code, records } = await scan({}, '--no-video');
    expect(code).toBe(0);
    expect(records.map(({ code }) => code)).toEqual(['switched-off', 'switched-off', undefined]);
    expect((await scan()).code).toBe(10);
  });
});
