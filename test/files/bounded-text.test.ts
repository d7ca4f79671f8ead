import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { boundedText, readBoundedText } from '../../src/files/bounded-text.js';
import { readText } from '../../src/files/read-text.js';
import { itWith, programPath } from '../support/programs.js';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'hashsieve-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

it('a file is read whole, up to the limit and not beyond', async () => {
  const path = join(folder(), 'a');
  const text = 'ä'.repeat(100_000);
  writeFileSync(path, text);
  expect(await readBoundedText(path, 200_000)).toBe(text);
  await expect(readBoundedText(path, 199_999)).rejects.toThrow(UsageError);
});

itWith(['mkfifo'], 'what is no regular file is refused, and not waited for', async () => {
  const pipe = join(folder(), 'pipe');
  execFileSync(programPath('mkfifo'), [pipe]);
  for (const path of [pipe, '/dev/zero', '/dev/null', folder()])
    await expect(readBoundedText(path, 1000), path).rejects.toThrow('expected a regular file');
});

it('a file whose size is not told is bounded as it is read', async () => {
  const file = await open('/proc/self/environ').catch(() => undefined);
  if (!file) return;
  onTestFinished(() => file.close());
  await expect(boundedText(file, 1)).rejects.toThrow('larger than 1 bytes');
});

itWith(
  ['mkfifo'],
  'a text that the user named may be a pipe; what has no end is refused by name',
  async () => {
    const pipe = join(folder(), 'pipe');
    execFileSync(programPath('mkfifo'), [pipe]);
    const reading = readText(pipe, 'context');
    writeFileSync(pipe, '{"ä":1}');
    expect(await reading).toBe('{"ä":1}');
    await expect(readText('/dev/zero', 'context')).rejects.toThrow(
      'context /dev/zero cannot be read: larger than 100000000 bytes',
    );
  },
);
