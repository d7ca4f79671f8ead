import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { insideKinds } from '../../src/containers/index.js';
import type { HashList } from '../../src/core/hash-list.js';
import type { ScanResult } from '../../src/core/types.js';
import {
  fileUri,
  loadList,
  type ScannerOptions,
  type Sourced,
  sources,
  UsageError,
} from '../../src/index.js';
import { limitSpecs } from '../../src/options/limits.js';
import { limitsOf } from '../../src/scanner/options.js';
import { createScanner } from '../../src/scanner/scanner.js';
import { defaultWorkers } from '../../src/scanner/workers.js';
import { all, only } from '../support/answers.js';
import { tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { listOf } from '../support/inside.js';
import { zip } from '../support/zip.js';

let pictures: Buffer[];
let first: HashList;
let second: HashList;
const scannerOf = (options: ScannerOptions = {}) => createScanner({ workers: 0, ...options });
const named = (list: HashList, name: string): HashList => ({ ...list, identity: { ...list.identity, name } });
const told = (results: readonly ScanResult[]) => results.map(({ ref, outcome }) => [ref.member, outcome]);

beforeAll(async () => {
  pictures = await Promise.all([1, 2, 3].map((one) => draw(one).png().toBuffer()));
  first = named(await listOf(pictures[0]!), 'first');
  second = named(await listOf(pictures[1]!), 'second');
});

describe('scanBytes', () => {
  it('gives a result for what is inside and last for the bytes themselves, named as the upload is', async () => {
    const scanner = scannerOf({ lists: [first] });
    const bytes = zip([
      { name: 'a.png', bytes: pictures[0]! },
      { name: 'b.png', bytes: pictures[1]! },
    ]);
    const name = '../Ferien 2024!/ä#.zip';
    const results = await all(scanner.scanBytes(bytes, { name, page: 'https://forum.example/1' }));
    expect(told(results)).toEqual([
      ['a.png', 'matched'],
      ['b.png', 'clear'],
      [undefined, 'clear'],
    ]);
    const uri = 'memory:..%2FFerien%202024%21%2F%C3%A4%23.zip';
    for (const { ref } of results) expect(ref).toMatchObject({ uri, page: 'https://forum.example/1' });
    const [matched] = results;
    const event = matched!.outcome === 'matched' && scanner.event(matched!, 'run', new Date(0));
    expect(event).toMatchObject({ uri: `${uri}!/a.png`, member: 'a.png', page: 'https://forum.example/1' });
    await scanner.close();
  });

  it('takes an ArrayBuffer, names that are no Unicode, and an address', async () => {
    const scanner = scannerOf({ lists: [first] });
    const buffer = new Uint8Array(pictures[0]!).buffer;
    expect(await only(scanner.scanBytes(buffer))).toMatchObject({
      outcome: 'matched',
      ref: { uri: 'memory:bytes' },
    });
    expect((await only(scanner.scanBytes(buffer, { name: '\ud800' }))).ref.uri).toBe('memory:%EF%BF%BD');
    const uri = 'https://forum.example/1.jpg';
    expect(await only(scanner.scanBytes(buffer, { uri }))).toMatchObject({
      outcome: 'matched',
      ref: { uri },
    });
    for (const wrong of ['1.jpg', 'https://forum.example/a b', '', 'upload:\u202e'])
      expect(() => scanner.scanBytes(buffer, { uri: wrong })).toThrow(UsageError);
    expect(() => scanner.scanBytes('text' as unknown as Uint8Array)).toThrow(UsageError);
    await scanner.close();
  });

  it('of too many bytes fails as a file does that is too large; broken and empty ones are not clear', async () => {
    const scanner = scannerOf({ lists: [first], limits: { maxBytes: pictures[0]!.length } });
    expect((await only(scanner.scanBytes(pictures[0]!))).outcome).toBe('matched');
    const longer = Buffer.concat([pictures[0]!, Buffer.alloc(1)]);
    expect(await only(scanner.scanBytes(longer))).toMatchObject({
      outcome: 'failed',
      stage: 'fetch',
      code: 'too-large',
    });
    for (const bytes of [Buffer.alloc(0), pictures[0]!.subarray(0, 40)])
      expect((await only(scanner.scanBytes(bytes))).outcome).not.toBe('clear');
    await scanner.close();
  });

  it('ends with the reason of its signal, also one that is aborted already', async () => {
    const scanner = scannerOf({ lists: [first] });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(all(scanner.scanBytes(pictures[0]!, { signal }))).rejects.toThrow('enough');
    await scanner.close();
  });
});

describe('useLists', () => {
  it('puts lists in the place of others: what comes later is judged by them', async () => {
    const scanner = scannerOf({ lists: [first] });
    const outcomes = async () =>
      Promise.all(pictures.map(async (one) => (await only(scanner.scanBytes(one))).outcome));
    expect(await outcomes()).toEqual(['matched', 'clear', 'clear']);
    scanner.useLists({ lists: [second] });
    expect(await outcomes()).toEqual(['clear', 'matched', 'clear']);
    expect(scanner.lists.map(({ name }) => name)).toEqual(['second']);
    scanner.useLists({ lists: [second], allow: [second] });
    const marked = await only(scanner.scanBytes(pictures[1]!));
    expect(marked.outcome === 'matched' && marked.matches[0]!.suppressed?.list).toBe('second');
    expect(scanner.allowed.map(({ name }) => name)).toEqual(['second']);
    await scanner.close();
  });

  it('has an asset that is under way judged by the lists that are there when its fingerprints are', async () => {
    const scanner = scannerOf({ lists: [first] });
    const bytes = zip(pictures.slice(0, 2).map((one, at) => ({ name: `${at}.png`, bytes: one })));
    const results: ScanResult[] = [];
    for await (const result of scanner.scanBytes(bytes)) {
      results.push(result);
      scanner.useLists({ lists: [second] });
    }
    expect(told(results)).toEqual([
      ['0.png', 'matched'],
      ['1.png', 'matched'],
      [undefined, 'clear'],
    ]);
    // The event of a match names the lists that found it.
    const [before] = results;
    const event = before!.outcome === 'matched' ? scanner.event(before!, 'run', new Date(0)) : undefined;
    expect(event?.lists.map(({ name }) => name)).toEqual(['first']);
    await scanner.close();
  });

  it('refuses a list that could match nothing, and keeps the lists that are there', async () => {
    const path = join(tempDir(), 'other.txt');
    writeFileSync(path, `phash:${'9e3625b35813b692'}\n`);
    const { list } = await loadList({ path });
    expect(() => scannerOf({ lists: [list], algorithms: ['pdq'] })).toThrow('holds only phash');
    const scanner = scannerOf({ lists: [first] });
    expect(() => scanner.useLists({ lists: [list] })).toThrow(
      /list other holds only phash.*option algorithms/,
    );
    expect((await only(scanner.scanBytes(pictures[0]!))).outcome).toBe('matched');
    await scanner.close();
    const ready = scannerOf({ algorithms: ['pdq', 'phash'] });
    ready.useLists({ lists: [list] });
    ready.useLists({ lists: [first] });
    expect((await only(ready.scanBytes(pictures[0]!))).outcome).toBe('matched');
    await ready.close();
  });

  it('lets an entry of an allow list end under a scanner that lives on', async () => {
    const path = join(tempDir(), 'allow.csv');
    const hash = Buffer.from(first.columns.get('pdq')!.hashes).toString('hex');
    writeFileSync(path, `algorithm,hash,category,until\npdq,${hash},csam,2030-01-01T00:00:00Z\n`);
    const { list: allow } = await loadList({ path, notes: true });
    const scanner = scannerOf({ lists: [first], allow: [allow] });
    const isMarked = async () => {
      const result = await only(scanner.scanBytes(pictures[0]!));
      return result.outcome === 'matched' && result.matches[0]!.suppressed !== undefined;
    };
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2029-12-31') });
    expect(await isMarked()).toBe(true);
    vi.setSystemTime(new Date('2030-01-02'));
    expect(await isMarked()).toBe(false);
    vi.useRealTimers();
    await scanner.close();
  });
});

describe('the defaults of the library are those of the command', () => {
  it('a mirrored copy of a listed picture is found', async () => {
    const scanner = scannerOf({ lists: [first] });
    const mirrored = await draw(1).flop().jpeg({ quality: 90 }).toBuffer();
    expect((await only(scanner.scanBytes(mirrored))).outcome).toBe('matched');
    await scanner.close();
  });

  it('limits, what is looked for inside, and decoding processes', () => {
    const limits = limitsOf({});
    expect(limits).toMatchObject({
      maxBytes: limitSpecs.maxBytes.default,
      maxContainerBytes: limitSpecs.maxContainerBytes.default,
      maxPixels: limitSpecs.maxPixels.default,
      maxFrames: limitSpecs.maxFrames.default,
      timeoutSeconds: limitSpecs.timeout.default,
    });
    for (const kind of insideKinds) expect(limitSpecs[kind].default).toBe(true);
    expect(defaultWorkers()).toBe(availableParallelism());
    expect(defaultWorkers(1)).toBe(1);
  });

  it('relative paths begin where the process works', async () => {
    const below = fileUri(Buffer.from(join(process.cwd(), 'src/scanner/')));
    const listed = await Promise.all([
      all(sources.directory({ path: './src/scanner' }).list()),
      all(sources.file({ path: 'src/scanner/scanner.ts' }).list()),
      sources.pattern({ pattern: 'src/scanner/scan*.ts' }).then((source) => all(source.list())),
    ]);
    for (const some of listed)
      expect(some.map((one) => one.kind === 'asset' && one.ref.uri)).toContain(`${below}scanner.ts`);
  });

  it('a source that yields bare refs is refused, so that none of them passes for a skipped one', async () => {
    const ref = { uri: fileUri(Buffer.from(join(process.cwd(), 'src/scanner/scanner.ts'))) };
    const bare = (async function* () {
      yield ref as unknown as Sourced;
    })();
    const scanner = createScanner({ workers: 0 });
    await expect(all(scanner.scan(bare))).rejects.toThrow("{ kind: 'asset', ref }");
    await scanner.close();
  });
});
