import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { bin, hashsieve, lines, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { describeWith, itWith, programPath } from '../support/programs.js';

const count = 30;
let pictures: string;
let list: string;

beforeAll(async () => {
  pictures = tempDir();
  for (let seed = 0; seed < count; seed++)
    writeFileSync(join(pictures, `${100 + seed}.png`), await draw(seed, 500, 400).png().toBuffer());
  list = join(tempDir(), 'known.jsonl');
  const { stdout } = await hashsieve(['hash', join(pictures, '129.png'), '-a', 'pdq', '-f', 'jsonl']);
  writeFileSync(list, stdout);
});

const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

describeWith(['Linux'], 'the decoding processes of a scan', () => {
  it('may all be stopped in the middle: the scan goes on, and finds what it would have found', async () => {
    const dir = tempDir();
    const out = join(dir, 'e.jsonl');
    const args = ['scan', pictures, '--list', list, '--no-ledger', '--all', '-o', out, '--timeout', '2'];
    let stopped = 0;
    const ran = await hashsieve(args, {
      during: ({ pid }) => {
        const look = setInterval(() => {
          const part = readdirSync(dir).find((name) => name.endsWith('.part'));
          if (!part || !readFileSync(join(dir, part), 'utf8').includes('\n')) return;
          clearInterval(look);
          for (const child of childrenOf(pid!)) {
            process.kill(child, 'SIGSTOP');
            stopped += 1;
          }
        }, 5);
      },
    });
    expect(stopped).toBeGreaterThan(0);
    expect(ran.code).toBe(10);
    const records = lines(readFileSync(out, 'utf8'));
    expect(records).toHaveLength(count);
    expect(records.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  });

  itWith(['python3'], 'are waited for at its end', () => {
    const orphans = join(import.meta.dirname, '../support/orphans.py');
    const args = ['scan', pictures, '--list', list, '--no-ledger', '-q', '-o', join(tempDir(), 'e.jsonl')];
    const { stdout } = spawnSync(programPath('python3'), [orphans, process.execPath, bin, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: tempDir() },
    });
    expect(JSON.parse(stdout)).toEqual({ code: 10, left: 0 });
  });
});
