import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bmp, ico, tga } from '../decoders/written.js';
import { bitmapOf } from '../fingerprints/pictures.js';
import { hashsieve, lines, root, tempDir } from '../support/cli.js';

const vector = (name: string) => join(root, 'fixtures/vectors/images', name);
const fixture = (name: string) => join(root, 'fixtures/formats', name);

describe('a known picture', () => {
  it('is found in every format that it hides in, and its broken copies end in one named result each', async () => {
    const dir = tempDir();
    const list = join(tempDir(), 'known.jsonl');
    const known = [vector('scene-01-640x427.png'), vector('scene-05-300x200.png')];
    const hashed = await hashsieve(['hash', ...known, '-a', 'pdq', '--format', 'jsonl']);
    writeFileSync(list, hashed.stdout);

    copyFileSync(fixture('heic/scene-01.heic'), join(dir, 'a.heic'));
    copyFileSync(fixture('jxl/scene-01.jxl'), join(dir, 'a.jxl'));
    copyFileSync(fixture('jxl/scene-05-lossless.jxl'), join(dir, 'b.jxl'));
    const picture = await bitmapOf('scene-05-300x200.png');
    const ppm = Buffer.concat([Buffer.from('P6 300 200 255\n'), picture.data]);
    const made = {
      'c.bmp': bmp(picture),
      'd.tga': tga(picture, { isPacked: true }),
      'e.ico': ico(bmp(picture, { bits: 32 }), readFileSync(vector('scene-05-300x200.png'))),
      'f.ppm': ppm,
      // No name tells what it is, and no name hides it.
      'g.txt': bmp(picture, { isTopDown: true }),
    };
    for (const [name, bytes] of Object.entries(made)) writeFileSync(join(dir, name), bytes);
    for (const name of ['heic/scene-01.heic', 'jxl/scene-01.jxl'])
      writeFileSync(join(dir, `y.${name.split('.')[1]}`), readFileSync(fixture(name)).subarray(0, 40));
    writeFileSync(join(dir, 'z.ppm'), 'P6 99999 99999 255\n');

    const summary = join(tempDir(), 'summary.json');
    const { code, stdout } = await hashsieve(['scan', dir, '--list', list, '--summary', summary]);
    expect(code).toBe(11);
    expect(
      lines(stdout).map((one) =>
        [String(one.uri).replace(/.*\//, ''), one.outcome, one.code].join(' ').trim(),
      ),
    ).toEqual([
      ...['a.heic', 'a.jxl', 'b.jxl', 'c.bmp', 'd.tga', 'e.ico', 'f.ppm', 'g.txt'].map(
        (name) => `${name} matched`,
      ),
      'y.heic failed undecodable',
      'y.jxl failed undecodable',
      'z.ppm failed pixel-limit',
    ]);
    expect(JSON.parse(readFileSync(summary, 'utf8'))).toMatchObject({
      found: 11,
      outcomes: { matched: 8, failed: 3 },
    });
  });
});
