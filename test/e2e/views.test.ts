import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashsieve, lines, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';

async function mirroredAndFramed(): Promise<{ dir: string; list: string }> {
  const [dir, lists] = [tempDir(), tempDir()];
  const original = join(lists, 'original.png');
  const list = join(lists, 'known.csv');
  writeFileSync(original, await draw(5, 400, 300).png().toBuffer());
  const { code } = await hashsieve(['hash', original, '--algorithm', 'pdq', '-o', list]);
  expect(code).toBe(0);
  const mirrored = await draw(5, 400, 300).flop().png().toBuffer();
  const { default: sharp } = await import('sharp');
  const framed = sharp(mirrored).extend({ top: 30, bottom: 30, left: 30, right: 30, background: '#fff' });
  writeFileSync(join(dir, 'copy.jpg'), await framed.jpeg().toBuffer());
  return { dir, list };
}

describe('scan', () => {
  it('finds a mirrored picture in a border, names the view, and says how sure that is', async () => {
    const { dir, list } = await mirroredAndFramed();
    const found = await hashsieve(['scan', dir, '--list', list]);
    expect(found.code).toBe(10);
    const [event] = lines(found.stdout);
    expect(event).toMatchObject({
      best: {
        view: expect.stringMatching(/^trimmed(-bars)?\+flipY$/),
        band: 'strong',
        expectedByChance: expect.any(Number),
      },
      fingerprints: [{ view: expect.stringMatching(/^trimmed/), recipe: 'pdq-full/1+views/3' }],
    });
    expect(found.stderr).not.toContain('chance alone');
    const plain = await hashsieve(['scan', dir, '--list', list, '--views', 'none']);
    expect(plain.code).toBe(0);
    expect(plain.stdout).toBe('');
  });

  it('finds a picture that is all in its alpha channel, as viewers show it', async () => {
    const { dir, list } = await mirroredAndFramed();
    const grey = await draw(5, 400, 300).greyscale().toColourspace('b-w').raw().toBuffer();
    const rgba = Buffer.alloc(grey.length * 4);
    grey.forEach((level, i) => {
      rgba[i * 4 + 3] = 255 - level;
    });
    const { default: sharp } = await import('sharp');
    const picture = sharp(rgba, { raw: { width: 400, height: 300, channels: 4 } });
    writeFileSync(join(dir, 'copy.jpg'), await picture.png().toBuffer());
    const found = await hashsieve(['scan', dir, '--list', list]);
    expect(found.code).toBe(10);
    expect(lines(found.stdout)).toMatchObject([{ best: { view: 'on-white', band: 'strong' } }]);
  });

  it('a match that is no more than possible is told, but changes the exit code only when asked', async () => {
    const { dir, list } = await mirroredAndFramed();
    const args = ['scan', dir, '--list', list, '--views', 'none', '--threshold', 'pdq=200', '--no-cache'];
    const told = await hashsieve(args);
    expect(lines(told.stdout)).toMatchObject([{ best: { band: 'possible' } }]);
    expect(told.code).toBe(0);
    expect(told.stderr).toMatch(/1 of the matches are no more than possible/);
    expect(told.stderr).toMatch(
      /^warning: pdq at threshold 200: .*chance alone gives about [0-9.]+ matches a picture/m,
    );
    expect((await hashsieve([...args, '--fail-on', 'possible'])).code).toBe(10);
  });

  it('--print-config shows the thresholds that follow and the chance matches to expect', async () => {
    const { dir, list } = await mirroredAndFramed();
    const of = async (...args: string[]) =>
      JSON.parse((await hashsieve(['scan', dir, '--list', list, '--print-config', ...args])).stdout);
    expect(await of()).toMatchObject({ thresholds: { pdq: 31 } });
    const balanced = await of('--strictness', 'balanced');
    expect(balanced.thresholds.pdq).toBeGreaterThan(31);
    expect(balanced.expectedByChancePerMillionPictures.pdq).toBeLessThanOrEqual(1.001);
    expect(await of('--strictness', 'balanced', '--threshold', 'pdq=20')).toMatchObject({
      thresholds: { pdq: 20 },
    });
  });
});

describe('a list of one’s own', () => {
  it('holds each picture in several views, marked, which share their entry; hash --views all writes the same', async () => {
    const dir = tempDir();
    const picture = join(dir, 'removed.png');
    const list = join(dir, 'own.jsonl');
    writeFileSync(picture, await draw(9, 400, 300).png().toBuffer());
    await hashsieve(['list', 'add', list, '--from-image', picture]);
    const entries = lines(readFileSync(list, 'utf8'));
    expect(entries.map(({ view }) => view)).toEqual(
      expect.arrayContaining([undefined, 'cropped-5', 'cropped-10', 'cropped-20']),
    );
    expect(new Set(entries.map(({ id }) => id)).size).toBe(1);
    const hashed = await hashsieve([
      'hash',
      picture,
      '--views',
      'all',
      '--algorithm',
      'pdq',
      '--format',
      'jsonl',
    ]);
    expect(lines(hashed.stdout).map(({ hex }) => hex)).toEqual(entries.map(({ pdq }) => pdq));

    const uploads = tempDir();
    const cropped = draw(9, 400, 300).extract({ left: 40, top: 30, width: 320, height: 240 });
    writeFileSync(join(uploads, 'cropped.png'), await cropped.png().toBuffer());
    const found = await hashsieve(['scan', uploads, '--list', list]);
    expect(lines(found.stdout)).toMatchObject([{ best: { entryId: entries[0]!.id, view: 'upright' } }]);
    expect(found.code).toBe(10);
  });
});
