import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const run = (args: readonly string[], input = '') =>
  spawnSync(process.execPath, [join(root, 'bin/hashsieve.js'), ...args], {
    input,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
const images = join(root, 'fixtures/vectors/images');
const picture = join(images, 'scene-01-640x427.png');

describe.each(['text', 'json', 'jsonl', 'csv'])('what hash --format %s writes', (format) => {
  const directory = mkdtempSync(join(tmpdir(), 'hashsieve-'));
  const written = run(['hash', picture, join(images, 'lowinfo-flat-grey.png'), '--format', format]).stdout;
  const list = join(directory, 'mine');
  writeFileSync(list, written);

  it('--list reads', () => {
    const { status, stdout, stderr } = run(['scan', picture, '--list', list, '--format', 'jsonl']);
    expect([status, stderr.match(/warning.*/g)]).toEqual([
      10,
      [expect.stringContaining('1 hashes left out: low-quality')],
    ]);
    const { matches } = JSON.parse(stdout) as { matches: { algorithm: string; category: string }[] };
    expect(matches.map(({ algorithm, category }) => `${algorithm} ${category}`)).toEqual([
      'sha256 own',
      'pdq own',
    ]);
  });

  it('match reads, from a file and from standard input', () => {
    for (const [from, input] of [
      [list, ''],
      ['-', written],
    ] as const) {
      const { status, stdout } = run(['match', from, '--list', list, '--format', 'jsonl'], input);
      const answers = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { algorithm: string; matches: unknown[] });
      expect(status).toBe(10);
      expect(answers.filter(({ matches }) => matches.length > 0)).toHaveLength(3);
    }
  });
});
