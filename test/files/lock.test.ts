import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { place, requireLockFile, takeLock } from '../../src/files/index.js';
import { describeWith, itWith, programPath } from '../support/programs.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hashsieve-lock-'));
  file = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A claim as another process would put it there. */
function claim(said: object, age = 0): string {
  const path = `${file}.${randomUUID()}.claim`;
  writeFileSync(path, JSON.stringify({ state: 'holds', place, host: 'elsewhere', since: 'then', ...said }));
  const time = Date.now() / 1000 - age;
  utimesSync(path, time, time);
  return path;
}

describe('a lock', () => {
  it('is held by one, also within one process, and leaves nothing behind', async () => {
    let holders = 0;
    let most = 0;
    let rounds = 0;
    const one = async () => {
      for (let round = 0; round < 5; round++) {
        const lock = await takeLock(file, { wait: true });
        most = Math.max(most, ++holders);
        rounds++;
        await new Promise((next) => setImmediate(next));
        holders--;
        await lock.release();
      }
    };
    await Promise.all([one(), one(), one(), one()]);
    expect({ most, rounds }).toEqual({ most: 1, rounds: 20 });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that is held is refused with its name, and who holds it since when', async () => {
    const lock = await takeLock(file);
    const since = new Date().toISOString().slice(0, 10);
    await expect(takeLock(file)).rejects.toThrow(
      new RegExp(
        `^lock ${file} is held by process ${process.pid} on ${hostname()} since ${since}T.*; wait for it with --wait$`,
      ),
    );
    await lock.release();
    await (await takeLock(file)).release();
  });

  it('is the same by whatever way it is reached', async () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    const lock = await takeLock(join(folder, 'real/lock'));
    await expect(takeLock(join(folder, 'link/lock'))).rejects.toThrow(/is held by/);
    await lock.release();
  });

  it.each([
    ['of a process that is no more', { pid: 2 ** 22 + 1 }, 0],
    ['of an earlier process of the same number', { pid: process.pid, started: '1' }, 0],
    ['of another machine that has not touched it for ten minutes', { pid: 1, place: 'another' }, 601],
    ['of another machine whose time somebody has set ahead', { pid: 1, place: 'another' }, -601],
  ])('takes over the claim %s', async (_whose, said, age) => {
    const left = claim(said, age);
    const lock = await takeLock(file);
    expect(existsSync(left)).toBe(false);
    await lock.release();
  });

  it.each([
    ['of a process that runs', { pid: process.ppid }],
    ['of another machine that touched it a moment ago', { pid: 1, place: 'another' }],
  ])('leaves the claim %s', async (_whose, said) => {
    const other = claim(said);
    await expect(takeLock(file)).rejects.toThrow(/is held by process \d+ on elsewhere since then/);
    expect(readdirSync(folder).map((name) => join(folder, name))).toEqual([other]);
  });

  it('says which claim to remove where nobody can tell whether its process is still there', async () => {
    const other = claim({ pid: 1, place: 'another' });
    await expect(takeLock(file)).rejects.toThrow(`(if that is no more, remove ${other})`);
  });

  it('takes over the claim that a power cut has emptied, but not at once', async () => {
    const left = claim({});
    writeFileSync(left, '');
    await expect(takeLock(file)).rejects.toThrow(/is held by a process \(if that is no more, remove/);
    utimesSync(left, 1, 1);
    await (await takeLock(file)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  itWith(
    ['mkfifo'],
    'is not held up by what somebody else has put there under the name of a claim',
    async () => {
      execFileSync(programPath('mkfifo'), [`${file}.${randomUUID()}.claim`]);
      mkdirSync(`${file}.${randomUUID()}.claim`);
      writeFileSync(`${file}.${randomUUID()}.claim`, 'no claim');
      symlinkSync('/dev/zero', `${file}.${randomUUID()}.claim`);
      await (await takeLock(file)).release();
    },
  );

  it('can be waited for no longer than until a signal', async () => {
    const lock = await takeLock(file);
    const stop = new AbortController();
    const waiting = takeLock(file, { wait: true, signal: stop.signal, onWait: () => stop.abort() });
    await expect(waiting).rejects.toThrow(/interrupted while waiting/);
    await lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the file of a lock', () => {
  it('may be empty or not there, and nothing else', async () => {
    await requireLockFile(file);
    writeFileSync(file, '');
    await requireLockFile(file);
    writeFileSync(file, 'hash\n');
    await expect(requireLockFile(file)).rejects.toThrow(/is no lock, but a file that holds something/);
    await expect(requireLockFile(folder)).rejects.toThrow(/is no lock/);
    expect(readFileSync(file, 'utf8')).toBe('hash\n');
  });
});

describeWith(['Linux'], 'a lock that many processes want', () => {
  it('never has two holders, whoever of them is killed', async () => {
    const rounds = 60;
    const running = new Set<ChildProcess>();
    let held = 0;
    let two = 0;
    await new Promise<void>((done) => {
      const begin = () => {
        const child = spawn(
          process.execPath,
          [join(import.meta.dirname, 'holder.mjs'), file, join(folder, 'mark')],
          {
            stdio: ['ignore', 'pipe', 'inherit'],
          },
        );
        running.add(child);
        child.once('exit', () => running.delete(child));
        createInterface({ input: child.stdout }).on('line', (line) => {
          if (line === 'two') two++;
          else held++;
          if (held >= rounds) return done();
          // While it holds, or shortly after.
          if (held % 6 === 0 && child.kill('SIGKILL')) begin();
        });
      };
      for (let started = 0; started < 5; started++) begin();
    });
    for (const child of running) child.kill('SIGKILL');
    expect(two).toBe(0);
    await Promise.all([...running].map((child) => new Promise((ended) => child.once('exit', ended))));
    await (await takeLock(file)).release();
    // Killed before it had written its claim: nobody can tell whose that is, and it goes once it is old.
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.claim.new'))) {
      expect(readFileSync(join(folder, name), 'utf8')).toBe('');
      utimesSync(join(folder, name), 1, 1);
    }
    await (await takeLock(file)).release();
    expect(readdirSync(folder).filter((name) => name !== 'mark')).toEqual([]);
  }, 60_000);
});
