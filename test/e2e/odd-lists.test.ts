import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bin, demo, hashsieve, lines, root, tempDir } from '../support/cli.js';
import { describeWith, has, itWith, programPath } from '../support/programs.js';

const known = join(demo, 'known.csv');
const pictures = join(demo, 'uploads');
const hash = 'pdq:d8f8f0cec0f4a84f0637022a278f67f0b36e2ed596621e1d33e6b39c4e9c9b22';

let pipe: string;
beforeAll(() => {
  pipe = join(tempDir(), 'pipe');
  if (has('mkfifo')) execFileSync(programPath('mkfifo'), [pipe]);
});

let held: number[] = [];
afterEach(() => {
  for (const file of held) closeSync(file);
  held = [];
});

describe('standard input named twice', () => {
  const list = ['--list', known];
  it.each<[string[], string, string]>([
    [['scan', '--list', '-', '--files-from', '-'], '--list', '--files-from'],
    [['scan', '--urls', '-', '--files-from', '-', ...list], '--files-from', '--urls'],
    [['scan', pictures, '--list', '-', '--list', '-'], '--list', '--list'],
    [['scan', pictures, '--list', '-', '--allow', '-'], '--allow', '--list'],
    [['match', '-', '--list', '-'], '-', '--list'],
    [['list', 'export', '-', '-', '--format', 'jsonl'], '-', '-'],
  ])('is refused before it is read: %j', async (args, one, other) => {
    const { code, stdout, stderr } = await hashsieve(args, { input: `${hash}\n` });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('standard input can be read only once');
    for (const name of [one, other]) expect(stderr).toContain(name === '-' ? 'argument -' : `${name} -`);
  });
});

describeWith(['mkfifo'], 'a name under which no file lies', () => {
  const places: [string, (name: string) => string[]][] = [
    ['scan --list', (name) => ['scan', pictures, '--list', name, '--no-ledger', '-q']],
    ['scan --allow', (name) => ['scan', pictures, '-l', known, '--allow', name, '--no-ledger', '-q']],
    ['hashes to match', (name) => ['match', name, '--list', known]],
    ['match --list', (name) => ['match', hash, '--list', name]],
    ['list info', (name) => ['list', 'info', name]],
    ['list verify', (name) => ['list', 'verify', name]],
    ['list diff, the old', (name) => ['list', 'diff', name, known]],
    ['list diff, the new', (name) => ['list', 'diff', known, name]],
    ['list export', (name) => ['list', 'export', name, '--format', 'jsonl']],
    ['list merge', (name) => ['list', 'merge', known, name, '-o', join(tempDir(), 'all.jsonl')]],
    ['list compile', (name) => ['list', 'compile', name, '-o', join(tempDir(), 'all.hsx')]],
    ['list add', (name) => ['list', 'add', name, hash]],
  ];

  it.each(places)('is refused by %s', async (_place, args) => {
    const [fromPipe, fromDevice] = await Promise.all([hashsieve(args(pipe)), hashsieve(args('/dev/zero'))]);
    expect(fromPipe).toMatchObject({ code: 2, stdout: '' });
    expect(fromPipe.stderr).toContain(`${pipe}: a hash list must be a file, this is a named pipe`);
    expect(fromPipe.stderr).toContain('--list -');
    expect(fromDevice).toMatchObject({ code: 2, stdout: '' });
    expect(fromDevice.stderr).toContain('/dev/zero: a hash list must be a file, this is a device');
  });

  it('is refused as a list that an entry is taken out of', async () => {
    const { code, stderr } = await hashsieve(['list', 'remove', pipe, 'one']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/a hash list must be a file/);
  });

  itWith(
    ['bash', 'cat'],
    'is refused where the shell made it of a command, and says how else to do it',
    () => {
      const run = (command: string) =>
        spawnSync(programPath('bash'), ['-c', command, process.execPath, bin, known, pictures], {
          cwd: root,
          encoding: 'utf8',
          env: { PATH: process.env.PATH, HOME: tempDir() },
        });
      const refused = run('"$0" "$1" scan "$3" --list <(cat "$2") --no-ledger -q');
      expect(refused.status).toBe(2);
      expect(refused.stderr).toMatch(/^hashsieve: \/dev\/fd\/\d+: .*COMMAND \| hashsieve … --list -/);
      expect(run('cat "$2" | "$0" "$1" scan "$3" --list - --no-ledger -q').status).toBe(10);
    },
  );
});

describe('standard input', () => {
  it('is read as an allow list, and as either list of a comparison', async () => {
    const listed = readFileSync(known, 'utf8');
    const scan = ['scan', pictures, '--list', known, '--no-ledger', '-q', '--allow', '-'];
    expect((await hashsieve(scan, { input: listed })).code).toBe(0);
    const { code, stderr } = await hashsieve(['list', 'diff', known, '-'], { input: listed });
    expect(code).toBe(0);
    expect(stderr).toMatch(/0 came, 0 went, 0 changed/);
  });
});

describeWith(['POSIX'], 'SIGTERM while a list is read', () => {
  /** More than a pipe holds: once it is taken, the program is reading. */
  const some = `${hash.replace(':', ' ')}\n`.repeat(4000);

  it.each([
    ['scan', ['scan', pictures, '--no-ledger', '--list', '-']],
    ['scan, the allow list', ['scan', pictures, '--no-ledger', '--list', known, '--allow', '-']],
    ['match', ['match', hash, '--list', '-']],
    ['match, the hashes', ['match', '-', '--list', known]],
    ['list info', ['list', 'info', '-']],
    ['list diff', ['list', 'diff', '-', known]],
    ['list export', ['list', 'export', '-', '--format', 'jsonl']],
    ['list merge', ['list', 'merge', '-', '-o', 'OUT']],
    ['list compile', ['list', 'compile', '-', '-o', 'OUT']],
  ])('that never ends: %s ends with 130 and leaves nothing', async (_name, args) => {
    const out = tempDir();
    const named = args.map((arg) => (arg === 'OUT' ? join(out, 'list.hsx') : arg));
    const outputs = args[0] === 'scan' ? ['-o', join(out, 'e.jsonl'), '--summary', join(out, 's.json')] : [];
    const ran = await hashsieve([...named, ...outputs], {
      stayOpen: true,
      during: (child) => child.stdin.write(some, () => child.kill('SIGTERM')),
    });
    expect(ran.code).toBe(130);
    expect(ran.stderr).toBe('hashsieve: interrupted\n');
    expect(readdirSync(out)).toEqual([]);
  });
});

describeWith(['mkfifo'], 'SIGTERM while the names of pictures are waited for', () => {
  it.each([
    ['on standard input', () => '-'],
    ['in a named pipe', () => pipe],
  ])('%s ends the run, with all that it had done', async (_where, from) => {
    const out = join(tempDir(), 'e.jsonl');
    const names = `${join(pictures, 'holiday.jpg')}\n`;
    held.push(openSync(pipe, 'r+'));
    if (from() === pipe) writeFileSync(held[0]!, names);
    const args = ['scan', '--files-from', from(), '--list', known, '--no-ledger', '-o', out];
    const ran = await hashsieve(args, {
      stayOpen: true,
      during: (child) => {
        if (from() === '-') child.stdin.write(names);
        const look = setInterval(() => {
          const part = readdirSync(join(out, '..')).find((name) => name.endsWith('.part'));
          if (!part || !readFileSync(join(out, '..', part), 'utf8').includes('\n')) return;
          clearInterval(look);
          child.kill('SIGTERM');
        }, 20);
      },
    });
    expect(ran.code).toBe(130);
    expect(lines(readFileSync(out, 'utf8'))).toHaveLength(1);
  });

  itWith(['Linux'], 'are read from a pipe whose writer comes late', async () => {
    const late = join(tempDir(), 'late');
    execFileSync(programPath('mkfifo'), [late]);
    const args = ['scan', '--files-from', late, '--list', known, '--no-ledger', '-q'];
    const ran = await hashsieve(args, {
      during: ({ pid }) => {
        const opened = `/proc/${pid}/fd`;
        const isLate = (fd: string) => {
          try {
            return readlinkSync(join(opened, fd)) === realpathSync(late);
          } catch {
            return false; // closed in the meantime
          }
        };
        const look = setInterval(() => {
          if (!readdirSync(opened).some(isLate)) return;
          clearInterval(look);
          writeFileSync(late, `${join(pictures, 'holiday.jpg')}\n`);
        }, 50);
      },
    });
    expect(ran.code).toBe(10);
  });
});
