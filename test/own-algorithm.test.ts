import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type Bitmap,
  compileLists,
  createScanner,
  fileUri,
  type LoadedList,
  loadList,
  type OwnAlgorithm,
  openCompiled,
  type ScanResult,
  sources,
  verifyCompiled,
} from '../src/index.js';
import { exactIndex } from '../src/matching/exact.js';
import { draw } from './support/draw.js';

/** A bit for each of the 64 tiles of a picture: is it brighter than the mean of all? */
const tiles: OwnAlgorithm = {
  name: 'tiles64',
  kind: 'pixels',
  metric: 'hamming',
  bits: 64,
  threshold: 0,
  recipe: 'tiles64/1',
  compute: (bitmap) => ({ hex: hexOf(bitmap) }),
};

function hexOf({ width, height, channels, data }: Bitmap): string {
  const sums = new Float64Array(64);
  const counts = new Float64Array(64);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const tile = Math.floor((y * 8) / height) * 8 + Math.floor((x * 8) / width);
      sums[tile]! += data[(y * width + x) * channels]!;
      counts[tile]! += 1;
    }
  const means = sums.map((sum, at) => sum / counts[at]!);
  const mean = means.reduce((sum, one) => sum + one, 0) / 64;
  const bits = [...means].map((one) => (one > mean ? '1' : '0')).join('');
  return BigInt(`0b${bits}`).toString(16).padStart(16, '0');
}

let folder: string;
let picture: string;
let mirrored: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hashsieve-'));
  [picture, mirrored] = [join(folder, '1.png'), join(folder, 'mirrored.png')];
  await draw(1, 160, 120).png().toFile(picture);
  await draw(1, 160, 120).flop().png().toFile(mirrored);
  await draw(2, 160, 120).png().toFile(join(folder, '2.png'));
  await draw(3, 160, 120).blur(0.3).png().toFile(join(folder, '3.png'));
});
afterAll(() => rm(folder, { recursive: true }));

async function results(options: Parameters<typeof createScanner>[0], path: string): Promise<ScanResult[]> {
  const scanner = createScanner(options);
  const found: ScanResult[] = [];
  try {
    for await (const result of scanner.scan(sources.directory({ path }).list())) found.push(result);
  } finally {
    await scanner.close();
  }
  return found;
}

async function* refs(...paths: string[]) {
  for (const path of paths) yield { kind: 'asset' as const, ref: { uri: fileUri(Buffer.from(path)) } };
}

/** A list of what `tiles` makes of the picture. */
async function listOf(name = 'own.csv'): Promise<LoadedList> {
  const scanner = createScanner({ algorithms: [tiles], views: 'none' });
  let hex: string | undefined;
  for await (const answer of scanner.fingerprint(refs(picture)))
    hex = answer.fingerprints.find(({ algorithm }) => algorithm === 'tiles64')?.hex;
  await scanner.close();
  const path = join(folder, name);
  await writeFile(path, `id,algorithm,hash,category\n7,tiles64,${hex},own\n`);
  return loadList({ path, algorithms: [tiles] });
}

describe('an algorithm that is handed in', () => {
  it('goes from the file to the event, with the views of every algorithm, and tells no chance that nobody measured', async () => {
    const { list } = await listOf();
    const scanner = createScanner({ lists: [list], algorithms: ['pdq', tiles] });
    expect(scanner.recipes).toMatchObject({ tiles64: 'tiles64/1', pdq: 'pdq-full/1' });
    expect(scanner.thresholds).toEqual({ tiles64: 0 });
    const found = new Map<string, ScanResult>();
    for await (const result of scanner.scan(refs(picture, mirrored)))
      found.set(result.ref.uri.replace(/^.*\//, ''), result);
    await scanner.close();
    const [same, turned] = [found.get('1.png')!, found.get('mirrored.png')!];
    expect(same).toMatchObject({
      outcome: 'matched',
      matches: [{ algorithm: 'tiles64', entryId: '7', distance: 0 }],
    });
    expect(turned).toMatchObject({ outcome: 'matched', matches: [{ algorithm: 'tiles64', entryId: '7' }] });
    if (same.outcome !== 'matched') return;
    const event = scanner.event(same, 'scan', new Date(0));
    expect(event).toMatchObject({
      best: { list: 'own', algorithm: 'tiles64', band: 'possible' },
      fingerprints: expect.arrayContaining([
        expect.objectContaining({ algorithm: 'tiles64', recipe: 'tiles64/1', view: 'upright' }),
      ]),
    });
    expect(event.best).not.toHaveProperty('expectedByChance');
  });

  it('withholds the hash of a picture that says too little, as of every algorithm', async () => {
    const { list } = await listOf('plain.csv');
    const grey = join(mkdtempSync(join(folder, 'plain-')), 'grey.png');
    const { default: sharp } = await import('sharp');
    await sharp({ create: { width: 64, height: 64, channels: 3, background: '#777' } })
      .png()
      .toFile(grey);
    expect(await results({ lists: [list], algorithms: [tiles] }, join(grey, '..'))).toMatchObject([
      { outcome: 'skipped', reason: 'low-quality' },
    ]);
  });

  it('is found in a compiled list that is told of it, unless its distance is not that of compiled lists', async () => {
    const { list } = await listOf('to-compile.csv');
    const path = join(folder, 'own.hsx');
    await compileLists([list], path);
    expect(() => openCompiled(path)).toThrow('tiles64');
    expect(() => openCompiled(path, [{ ...tiles, index: exactIndex }])).toThrow('tiles64');
    expect(await verifyCompiled(path, undefined, [tiles])).toMatchObject({ damaged: 0 });
    const compiled = openCompiled(path, [tiles]);
    const scanner = createScanner({ lists: [compiled], algorithms: [tiles], views: 'none' });
    const found: ScanResult[] = [];
    for await (const result of scanner.scan(refs(picture))) found.push(result);
    expect(found).toMatchObject([
      { outcome: 'matched', matches: [{ algorithm: 'tiles64', entryId: '7', distance: 0 }] },
    ]);
    await scanner.close();
    compiled.close();
  });

  it('is searched with the index that it brings', async () => {
    const { list } = await listOf('indexed.csv');
    const index = vi.fn(exactIndex);
    const [one] = await results({ lists: [list], algorithms: [{ ...tiles, index }], views: 'none' }, folder);
    expect(index).toHaveBeenCalledTimes(1);
    expect(one?.outcome).toBe('matched');
  });

  it('reads lists in its own way, and is compared byte by byte', async () => {
    const parse = (text: string) =>
      text.startsWith('tile!') ? new Uint8Array(Buffer.from(text.slice(5), 'hex').reverse()) : undefined;
    const reversed: OwnAlgorithm = { ...tiles, metric: 'l1', threshold: 9, parse };
    const { list } = await listOf('hex.csv');
    const { hashes } = list.columns.get('tiles64')!;
    const near = [...hashes];
    near[0]! += near[0]! > 128 ? -9 : 9;
    const far = [...hashes];
    far[0]! += far[0]! > 128 ? -10 : 10;
    const path = join(folder, 'parsed.csv');
    const text = (bytes: readonly number[]) => `tile!${Buffer.from(bytes).reverse().toString('hex')}`;
    await writeFile(
      path,
      `id,tiles64\nnear,${text(near)}\nfar,${text(far)}\nnone,${Buffer.from(near).toString('hex')}\n`,
    );
    const read = await loadList({ path, algorithms: [reversed] });
    expect(read.report).toMatchObject({ hashes: { tiles64: 2 }, read: { unread: 1 } });
    const options = { lists: [read.list], algorithms: [reversed], views: 'none' } as const;
    const scanner = createScanner(options);
    const found: ScanResult[] = [];
    for await (const result of scanner.scan(refs(picture))) found.push(result);
    await scanner.close();
    expect(found).toMatchObject([
      { outcome: 'matched', matchCount: 1, matches: [{ entryId: 'near', distance: 9 }] },
    ]);
    expect(() => createScanner({ ...options, thresholds: { tiles64: 2000 } })).not.toThrow();
    expect(() => createScanner({ ...options, thresholds: { tiles64: 2 ** 20 } })).toThrow('1048575');
  });

  it('that makes no hash is a defect of the asset, and never a hash', async () => {
    const broken = { ...tiles, compute: () => ({ hex: 'XYZ' }) };
    const { list } = await listOf('broken.csv');
    const [one] = await results({ lists: [list], algorithms: [broken], views: 'none' }, folder);
    expect(one).toMatchObject({ outcome: 'failed', code: 'defect' });
  });

  it.each([
    ['the name of another', { name: 'pdq' }, /"pdq" is there already/],
    ['a name with blanks', { name: 'my hash' }, /cannot be called that/],
    ['another metric', { metric: 'euclidean' as 'hamming' }, /kind or metric that is not known/],
    ['no whole words', { bits: 12 }, /multiple of 16/],
    ['a threshold out of range', { threshold: 65 }, /from 0 to 64/],
    ['no recipe', { recipe: '' }, /no recipe/],
  ])('is refused with %s', (_what, other, message) => {
    expect(() => createScanner({ algorithms: [{ ...tiles, ...other }] })).toThrow(message);
  });

  it('runs in this process only, and says so', () => {
    expect(() => createScanner({ algorithms: [tiles], workers: 2 })).toThrow(
      /tiles64 was handed in.*set it to 0/,
    );
  });

  it('must be handed in where a list holds its hashes', async () => {
    const { list } = await listOf('missing.csv');
    expect(() => createScanner({ lists: [list] })).toThrow(/"tiles64" is unknown; choose of .*hand it in/);
  });
});
