import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { type Answer, fingerprintLine } from '../../src/core/scan.js';
import type { AssetRef } from '../../src/core/types.js';
import { Pool } from '../../src/runners/pool.js';
import { createScanner, wirePorts } from '../../src/scanner/scanner.js';
import { all, only } from '../support/answers.js';
import { tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { describeWith, itWith } from '../support/programs.js';
import { zip } from '../support/zip.js';

const setup = { algorithms: ['pdq', 'phash'] as const, allowPrivate: true, sources: [] };
const script = pathToFileURL(resolve(import.meta.dirname, 'faulty-worker.mjs'));
const ownScript = pathToFileURL(resolve(import.meta.dirname, '../../dist/scanner/worker.js'));
const limits = { silentSeconds: 1, memory: 400e6 };
const ports = wirePorts(setup);
const dir = tempDir();
const refTo = (name: string): AssetRef => ({ uri: pathToFileURL(join(dir, name)).href });

let picture: Buffer;
beforeAll(async () => {
  picture = await draw(1).jpeg().toBuffer();
  for (let i = 0; i < 8; i++) writeFileSync(join(dir, `good-${i}.jpg`), await draw(i).jpeg().toBuffer());
});

const pools: Pool[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const pool of pools.splice(0)) pool.close();
});
function poolOf(workers: number, by = script): Pool {
  const pool = new Pool(ports, { workers, setup, limits, script: by });
  pools.push(pool);
  return pool;
}
function put(name: string): AssetRef {
  writeFileSync(join(dir, name), picture);
  return refTo(name);
}
/** An archive of more members than are let run ahead. */
function archive(name: string, first: readonly string[], last: readonly string[] = []): AssetRef {
  const texts = Array.from({ length: 200 }, (_, i) => ({ name: `${i}.txt`, bytes: Buffer.from(`${i}`) }));
  const pictures = (names: readonly string[]) => names.map((member) => ({ name: member, bytes: picture }));
  writeFileSync(join(dir, name), zip([...pictures(first), ...texts, ...pictures(last)]));
  return refTo(name);
}
const good = Array.from({ length: 8 }, (_, i) => refTo(`good-${i}.jpg`));
const crashed = { stage: 'decode', code: 'decode-crashed' };
const hasCrashed = (answer: Answer) =>
  'unread' in answer && answer.unread?.kind === 'failed' && answer.unread.code === crashed.code;
const digestsOf = (bytes: Uint8Array) =>
  ['md5', 'sha1', 'sha256'].map((name) => createHash(name).update(bytes).digest('hex'));

async function* listed(refs: readonly AssetRef[]) {
  for (const ref of refs) yield { kind: 'asset' as const, ref };
}

describe('decoding processes', () => {
  it('give the same answers as decoding in this process, URLs included', async () => {
    const server = createServer((_request, response) => response.end(picture)).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const url = { uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.jpg` };
    const refs = [...good, url, refTo('missing.jpg')];
    const pool = poolOf(2, ownScript);
    const there = await Promise.all(refs.map((ref) => only(pool.fingerprint(ref))));
    const here = await Promise.all(refs.map((ref) => only(fingerprintLine(ref, ports))));
    server.close();
    expect(there).toEqual(here);
    expect(there.at(-1)).toMatchObject({ outcome: 'failed', stage: 'fetch', code: 'not-found' });
  });

  it.each([
    ['segv', 'SIGSEGV'],
    ['kill', 'killed'],
    ['abort', 'SIGABRT'],
    ['exit', 'code 7'],
    ['loop', 'no progress for 1 s'],
    ['memory', 'limit of 400 MB'],
  ])('a decoder that ends by %s costs its own asset and no other', async (fault, why) => {
    const pool = poolOf(2);
    const guilty = put(`${fault}.jpg`);
    const refs = [...good.slice(0, 3), guilty, ...good.slice(3)];
    const answers = await Promise.all(refs.map((ref) => only(pool.fingerprint(ref))));
    expect(answers.map((answer) => answer.ref)).toEqual(refs);
    for (const answer of answers) {
      expect(answer).not.toHaveProperty('outcome');
      if (answer.ref.uri !== guilty.uri) expect(answer).not.toHaveProperty('unread');
    }
    expect(answers[3]).toMatchObject({
      unread: { kind: 'failed', ...crashed, message: expect.stringContaining(why) },
    });
    // A listed file must be found by its digest even where its pixels cannot be read.
    expect(answers[3]!.fingerprints.map((one) => one.hex)).toEqual(digestsOf(picture));
  });

  itWith(
    ['POSIX'],
    'that are all stopped are ended by their parent, and others go on with what they did',
    async () => {
      const pool = poolOf(2);
      const paused = ['pause-1.jpg', 'pause-2.jpg'].map(put);
      const refs = [...paused, ...good];
      const answers = await Promise.all(refs.map((ref) => only(pool.fingerprint(ref))));
      for (const ref of paused) expect(existsSync(`${new URL(ref.uri).pathname}.seen`)).toBe(true);
      expect(answers.map((answer) => answer.ref)).toEqual(refs);
      expect(answers.filter((answer) => 'outcome' in answer || answer.unread)).toEqual([]);
    },
  );

  itWith(
    ['POSIX'],
    'that are stopped over one asset again and again make it a time-out, which the next run tries again',
    async () => {
      const pool = poolOf(2);
      const [answer, ...others] = await Promise.all(
        [put('stop.jpg'), ...good].map((ref) => only(pool.fingerprint(ref))),
      );
      expect(answer).toMatchObject({
        unread: {
          kind: 'failed',
          stage: 'decode',
          code: 'time-out',
          message: expect.stringContaining('silent'),
        },
      });
      expect(answer!.fingerprints.map((one) => one.hex)).toEqual(digestsOf(picture));
      expect(others.filter((other) => 'outcome' in other || other.unread)).toEqual([]);
    },
  );

  itWith(['Linux'], 'are gone when the pool is closed', async () => {
    const pool = poolOf(2);
    const before = childrenHere();
    await Promise.all(good.map((ref) => only(pool.fingerprint(ref))));
    const started = childrenHere().filter((pid) => !before.includes(pid));
    expect(started.length).toBe(2);
    await pool.close();
    // Nothing is left of them: neither they, nor what the system keeps until it was asked how they ended.
    expect(started.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  });

  it('find every guilty one among several, whatever they were in flight with', async () => {
    const pool = poolOf(2);
    const guilty = ['segv-1.jpg', 'abort-1.jpg', 'segv-2.jpg', 'kill-1.jpg'].map(put);
    const refs = good.flatMap((ref, i) => (i % 2 ? [ref] : [guilty[i / 2]!, ref]));
    const answers = await Promise.all(refs.map((ref) => only(pool.fingerprint(ref))));
    const failed = answers.flatMap((answer) => ('unread' in answer ? [answer.ref] : []));
    expect(failed).toEqual(guilty);
  });

  it('take turns with large pictures, whichever process they are in, and outlive one that dies in its turn', async () => {
    const pool = poolOf(3);
    const refs = ['room-1.jpg', 'room-killed.jpg', ...'23456'.split('').map((i) => `room-${i}.jpg`)].map(put);
    const answers = await Promise.all(refs.map((ref) => only(pool.fingerprint(ref))));
    expect(answers.flatMap((answer, at) => ('unread' in answer ? [at] : []))).toEqual([1]);
    const log = readFileSync(join(dir, 'room.log'), 'utf8').trimEnd().split('\n');
    expect(log.length).toBeGreaterThanOrEqual(2 * refs.length);
    expect(log.filter((word, at) => word !== (at % 2 ? 'out' : 'in'))).toEqual([]);
  });

  it('try an asset twice before they give it up', async () => {
    const pool = poolOf(1);
    const ref = put('once.jpg');
    expect(await only(pool.fingerprint(ref))).toEqual(await only(fingerprintLine(ref, ports)));
    expect(existsSync(join(dir, 'once.jpg.seen'))).toBe(true);
  });

  it('are replaced after a time-out, which may have left a thread busy', async () => {
    const pool = poolOf(1);
    const messages: unknown[] = [];
    for (const name of ['who-1.jpg', 'late.jpg', 'who-2.jpg'])
      messages.push(
        await only(pool.fingerprint(put(name))).then(
          (answer) => 'unread' in answer && answer.unread?.message,
        ),
      );
    expect(messages[0]).toBe(messages[1]);
    expect(messages[2]).toMatch(/^process \d+$/);
    expect(messages[2]).not.toBe(messages[1]);
  });

  it('pass a defect on, which stops the run as it does in one process', async () => {
    await expect(only(poolOf(1).fingerprint(put('defect.jpg')))).rejects.toThrow('a defect of ours');
  });

  it('blame no asset when they do not start', async () => {
    const broken = join(tempDir(), 'broken.mjs');
    writeFileSync(broken, 'throw new Error("half an installation");');
    const pool = poolOf(1, pathToFileURL(broken));
    await expect(only(pool.fingerprint(good[0]!))).rejects.toThrow(
      /^the decoding process does not start.*half an installation/,
    );
  });

  it('that cannot work on this machine end the run with their reason', async () => {
    const unfit = join(tempDir(), 'unfit.mjs');
    const dist = (path: string) => JSON.stringify(new URL(`../../dist/${path}`, import.meta.url).href);
    writeFileSync(
      unfit,
      `import { UsageError } from ${dist('core/errors.js')};
      import { serve } from ${dist('runners/serve.js')};
      serve(() => { throw new UsageError('no build of the decoder'); });`,
    );
    const pool = poolOf(2, pathToFileURL(unfit));
    for (const ref of good.slice(0, 2))
      await expect(only(pool.fingerprint(ref))).rejects.toThrow(new UsageError('no build of the decoder'));
  });

  it('get their memory from glibc in huge pages, of one heap, unless the user has it otherwise', async () => {
    const telling = join(tempDir(), 'telling.mjs');
    writeFileSync(
      telling,
      'const { env } = process; throw [env.GLIBC_TUNABLES, env.MALLOC_ARENA_MAX].join();',
    );
    vi.stubEnv('GLIBC_TUNABLES', undefined);
    vi.stubEnv('MALLOC_ARENA_MAX', undefined);
    const told = () => only(poolOf(1, pathToFileURL(telling)).fingerprint(good[0]!));
    await expect(told()).rejects.toThrow('glibc.malloc.hugetlb=1,1');
    vi.stubEnv('MALLOC_ARENA_MAX', '3');
    await expect(told()).rejects.toThrow('glibc.malloc.hugetlb=1,3');
  });

  it('are not started for a single asset, and are for two', async () => {
    const nowhere = pathToFileURL(join(dir, 'no-such-script.mjs'));
    const scanner = createScanner({ ...setup, workers: 2, workerScript: nowhere });
    const outcomes: string[] = [];
    for await (const { outcome } of scanner.scan(listed(good.slice(0, 1)))) outcomes.push(outcome);
    expect(outcomes).toEqual(['clear']);
    const two = async () => {
      for await (const { outcome } of scanner.scan(listed(good.slice(0, 2)))) outcomes.push(outcome);
    };
    await expect(two()).rejects.toThrow('does not start');
    await scanner.close();
  });

  it('are asked for nothing once the scanner is closed: an asset without a result would be a silent skip', async () => {
    const used = createScanner({ ...setup, workers: 1, workerScript: ownScript });
    expect((await only(used.scanAsset(good[0]!))).outcome).toBe('clear');
    for (const scanner of [used, createScanner({ ...setup, workers: 1, workerScript: ownScript })]) {
      await scanner.close();
      await expect(only(scanner.scanAsset(good[0]!))).rejects.toThrow('the scanner is closed');
    }
  });

  it('are done with an archive that its reader leaves: they let go of it, and nobody looks at its rest', async () => {
    const ref = archive('noted.zip', [], ['who.jpg']);
    const scanner = createScanner({ ...setup, workers: 1, workerScript: script });
    for (let i = 0; i < 4; i++) for await (const _ of scanner.scanAsset(ref)) break;
    expect((await only(scanner.scanAsset(good[0]!))).outcome).toBe('clear');
    const ends = () => readFileSync(join(dir, 'noted.zip.ends'), 'utf8');
    await vi.waitFor(() => expect(ends()).toBe('....'), { timeout: 20_000 });
    await scanner.close();
    expect(existsSync(join(dir, 'noted.zip.tries'))).toBe(false);
  });

  it('keep nobody waiting who aborts, or closes the scanner, while one picture is decoded', async () => {
    const asked = async (name: string, signal?: AbortSignal) => {
      const scanner = createScanner({ ...setup, workers: 1, workerScript: script });
      const answer = only(scanner.scanAsset(put(name), signal));
      await vi.waitFor(() => expect(existsSync(join(dir, `${name}.tries`))).toBe(true), { timeout: 20_000 });
      return { scanner, answer };
    };
    const stop = new AbortController();
    const aborted = await asked('loop-4.jpg', stop.signal);
    stop.abort(new Error('enough'));
    await expect(aborted.answer).rejects.toThrow('enough');
    await aborted.scanner.close();
    const closed = await asked('loop-5.jpg');
    const rejected = expect(closed.answer).rejects.toThrow('the scanner is closed');
    await closed.scanner.close();
    await rejected;
  });

  it('let any number of assets listen to one signal without a word of a leak', async () => {
    const warn = vi.spyOn(process, 'emitWarning');
    const { signal } = new AbortController();
    const pool = poolOf(1, ownScript);
    const refs = [...good, ...good];
    await Promise.all(refs.map((ref) => only(pool.fingerprint(ref, signal))));
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('keep results in order and end when asked to', async () => {
    const scanner = createScanner({ ...setup, workers: 2, workerScript: script });
    const stop = new AbortController();
    const seen: AssetRef[] = [];
    for await (const { ref } of scanner.scan(
      listed([...good.slice(0, 4), put('loop-2.jpg'), ...good]),
      stop.signal,
    )) {
      seen.push(ref);
      if (seen.length === 4) stop.abort();
    }
    await scanner.close();
    expect(seen.slice(0, 4)).toEqual(good.slice(0, 4));
    expect(seen).not.toContainEqual(refTo('loop-2.jpg'));
  });

  it('give every answer of an archive in its order, more of them than are let run ahead', async () => {
    const ref = refTo('many.zip');
    const small = await draw(3, 16, 16).png().toBuffer();
    const members = Array.from({ length: 200 }, (_, i) => ({ name: `${i}.png`, bytes: small }));
    writeFileSync(join(dir, 'many.zip'), zip(members));
    await setTimeout(100); // a file that changed a moment ago has no version yet
    const here = await all(fingerprintLine(ref, ports));
    expect(here).toHaveLength(201);
    expect(await all(poolOf(1, ownScript).fingerprint(ref))).toEqual(here);
  });

  it('that end inside an archive cost the member that was decoded, and no other', async () => {
    const names = ['a.jpg', 'segv.jpg', 'b.jpg', 'inner.zip', 'abort.jpg', 'c.jpg'];
    const inner = zip(['d.jpg', 'kill.jpg', 'e.jpg'].map((name) => ({ name, bytes: picture })));
    const members = names.map((name) => ({ name, bytes: name.endsWith('zip') ? inner : picture }));
    writeFileSync(join(dir, 'mixed.zip'), zip(members));
    const pool = poolOf(2);
    const refs = [refTo('mixed.zip'), ...good];
    const [answers, ...others] = await Promise.all(refs.map((ref) => all(pool.fingerprint(ref))));
    const ends = answers!.map((answer) => [
      answer.ref.member ?? 'itself',
      'unread' in answer && answer.unread?.kind === 'failed' ? answer.unread.code : 'fine',
    ]);
    expect(ends).toEqual([
      ['a.jpg', 'fine'],
      ['segv.jpg', 'decode-crashed'],
      ['b.jpg', 'fine'],
      ['inner.zip!/d.jpg', 'fine'],
      ['inner.zip!/kill.jpg', 'decode-crashed'],
      ['inner.zip!/e.jpg', 'fine'],
      ['inner.zip', 'fine'],
      ['abort.jpg', 'decode-crashed'],
      ['c.jpg', 'fine'],
      ['itself', 'fine'],
    ]);
    // A listed file must be found by its digest even where its pixels cannot be read.
    expect(answers![1]!.fingerprints.map((one) => one.hex)).toEqual(digestsOf(picture));
    expect(others.flat().filter((answer) => 'outcome' in answer || answer.unread)).toEqual([]);
  });

  it.each([
    ['as it is', []],
    ['that ended its process once', ['once.jpg']],
    ['whose process is to be replaced after a time-out', ['late.jpg']],
  ])('go on with other assets while nobody takes the answers of an archive %s', async (_name, first) => {
    const refs = ['left-1.zip', 'left-2.zip'].map((name) => archive(name, first));
    const pool = poolOf(1);
    const left = refs.map((ref) => pool.fingerprint(ref));
    for (const answers of left) await answers.next();
    expect(await only(pool.fingerprint(good[0]!))).not.toHaveProperty('outcome');
    // A process that ends over another asset is not the fault of what was not at work.
    expect(await only(pool.fingerprint(put('segv-3.jpg')))).toMatchObject({ unread: crashed });
    for (const [at, ref] of refs.entries()) {
      const rest = (await all(fingerprintLine(ref, ports))).slice(1);
      const answers = await all(left[at]!);
      expect(answers.map((answer) => answer.ref)).toEqual(rest.map((answer) => answer.ref));
      expect(answers.filter(hasCrashed)).toEqual([]);
    }
  });

  itWith(['Linux'], 'keep pixels out of core dumps', async () => {
    expect(await only(poolOf(1).fingerprint(put('dump.jpg')))).toMatchObject({
      unread: { message: '00000000\n' },
    });
  });

  describeWith(['Linux'], 'end when the program is killed, whatever they do', () => {
    it.each(['good-0.jpg', 'loop-3.jpg'])('%s', async (name) => {
      put('loop-3.jpg');
      const parent = fork(join(import.meta.dirname, 'faulty-run.mjs'), [dir, name], { stdio: 'ignore' });
      const pids = await new Promise<number[]>((told) =>
        parent.once('message', (list) => told(list as number[])),
      );
      expect(pids.length).toBe(1);
      expect(pids.every(isRunning)).toBe(true);
      parent.kill('SIGKILL');
      await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), { timeout: 20_000, interval: 100 });
    });
  });
});

const childrenHere = (): string[] =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');

function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
