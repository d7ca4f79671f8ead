import { fork } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { listOf } from '../support/inside.js';

it('a process without a terminal scans bytes in decoding processes, swaps a list, scans again, and keeps what it found', async () => {
  const dir = tempDir();
  for (const [at, [picture, list]] of [
    ['a.png', 'first.csv'],
    ['b.png', 'second.csv'],
  ].entries()) {
    const bytes = await draw(at + 1)
      .png()
      .toBuffer();
    writeFileSync(join(dir, picture!), bytes);
    const { hashes } = (await listOf(bytes)).columns.get('pdq')!;
    writeFileSync(join(dir, list!), `pdq\n${Buffer.from(hashes).toString('hex')}\n`);
  }
  const child = fork(join(import.meta.dirname, 'embed.mjs'), [dir], { stdio: 'pipe' });
  let said = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  let answer: unknown;
  child.on('message', (message) => {
    answer = message;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, said }).toEqual({ code: 0, said: '' });
  expect(answer).toEqual({
    outcomes: ['memory:a.png matched', 'memory:b.png clear', 'memory:a.png clear', 'memory:b.png matched'],
    detected: ['memory:a.png first', 'memory:b.png second'],
  });
  const written = readdirSync(dir).filter((name) => !name.startsWith('ledger.sqlite'));
  expect(written.sort()).toEqual(['a.png', 'b.png', 'first.csv', 'second.csv']);
});
