import { execFileSync, spawn } from 'node:child_process';
import {
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { demo, hashsieve, lines, tempDir } from '../support/cli.js';
import { describeWith, itWith, programPath } from '../support/programs.js';

const scan = ['scan', join(demo, 'uploads'), '--list', join(demo, 'known.csv'), '--no-ledger'];
/** A file whose bytes are no output of ours. */
const before = 'as it was\n';

describe('an output', () => {
  itWith(['POSIX'], 'that leads to a device is written there, and the device stays', async () => {
    const dir = tempDir();
    const link = join(dir, 'null.jsonl');
    symlinkSync('/dev/null', link);
    const files = ['-o', link, '--summary', link, '--heartbeat', link, '--metrics', link];
    const { code, stderr } = await hashsieve([...scan, ...files]);
    expect(code, stderr).toBe(10);
    expect(stderr).not.toMatch(/lost|cannot be written/);
    expect(readdirSync(dir)).toEqual(['null.jsonl']);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  itWith(['mkfifo', 'cat'], 'that is a pipe reaches its reader', async () => {
    const pipe = join(tempDir(), 'p.jsonl');
    execFileSync(programPath('mkfifo'), [pipe]);
    const reader = spawn(programPath('cat'), [pipe]);
    const [read, { code }] = await Promise.all([text(reader.stdout), hashsieve([...scan, '-o', pipe])]);
    expect(lines(read)).toHaveLength(4);
    expect(code).toBe(10);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  it('that is a symbolic link of ours replaces what the link leads to', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'data'));
    const link = join(dir, 'latest.jsonl');
    writeFileSync(join(dir, 'data/today.jsonl'), before);
    symlinkSync('data/today.jsonl', link);
    await hashsieve([...scan, '-o', link]);
    expect(lines(readFileSync(join(dir, 'data/today.jsonl'), 'utf8'))).toHaveLength(4);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readdirSync(join(dir, 'data'))).toEqual(['today.jsonl']);
  });

  itWith(['root'], 'is not written through a link of another user', async () => {
    const dir = tempDir();
    const [link, target] = [join(dir, 'e.jsonl'), join(dir, 'target')];
    writeFileSync(target, before);
    symlinkSync(target, link);
    lchownSync(link, 12345, 12345);
    for (const option of ['-o', '--summary', '--heartbeat'])
      expect(await hashsieve([...scan, option, link])).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/e\.jsonl is a symbolic link of another user; name another file/),
      });
    expect(readFileSync(target, 'utf8')).toBe(before);
  });

  it.each(['-o', '--summary', '--heartbeat', '--metrics'])(
    'that is a directory is refused before the scan: %s',
    async (option) => {
      const dir = join(tempDir(), 'd.jsonl');
      mkdirSync(dir);
      const { code, stdout, stderr } = await hashsieve([...scan, option, dir]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/d\.jsonl is a directory; name a file in it/);
      expect(readdirSync(dir)).toEqual([]);
    },
  );

  it.each(['-o', '--summary', '--heartbeat', '--metrics'])(
    'that is named twice in two ways is refused, and nothing is left behind: %s',
    async (option) => {
      const dir = tempDir();
      symlinkSync('.', join(dir, 'same'));
      const files = ['-o', join(dir, 'x.jsonl'), option, join(dir, 'same/x.jsonl')];
      const { code, stderr } = await hashsieve([...scan, ...files]);
      expect(code, stderr).toBe(2);
      expect(stderr).toMatch(/output of this run goes there/);
      expect(readdirSync(dir)).toEqual(['same']);
    },
  );
});

describeWith(['/dev/full'], 'a summary that cannot be written', () => {
  it('is named, and takes neither the match nor what to do about it away', async () => {
    const beat = join(tempDir(), 'beat.json');
    const events = join(tempDir(), 'e.jsonl');
    const full = join(tempDir(), 'full');
    symlinkSync('/dev/full', full);
    const files = ['-o', events, '--summary', full, '--heartbeat', beat];
    const { code, stderr } = await hashsieve([...scan, ...files]);
    expect(code).toBe(11);
    expect(stderr).toMatch(/^hashsieve: summary \S+\/full is lost: the disk is full$/m);
    expect(stderr).toMatch(/^What to do in the first hour/m);
    expect(lines(readFileSync(events, 'utf8'))).toHaveLength(4);
    expect(JSON.parse(readFileSync(beat, 'utf8'))).toMatchObject({
      state: 'ended',
      exitCode: 11,
      lastSuccess: null,
    });
  });
});
