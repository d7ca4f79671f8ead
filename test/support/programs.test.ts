import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, tempDir } from './cli.js';
import { describeWith, missingIn } from './programs.js';
import packages from './programs.json' with { type: 'json' };

interface Report {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** A folder with what npm itself needs, and nothing else, for a path without helper programs. */
function barePath(): string {
  const folder = tempDir();
  const places = (process.env.PATH ?? '').split(delimiter);
  const held = (name: string) => {
    const place = places.find((one) => readdirIfThere(one).includes(name));
    return realpathSync(join(place ?? '/bin', name));
  };
  symlinkSync(process.execPath, join(folder, 'node'));
  for (const name of ['npm', 'sh']) symlinkSync(held(name), join(folder, name));
  return folder;
}
function readdirIfThere(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Runs tests of this suite where no helper program is installed. */
function runBare(...args: readonly string[]) {
  const file = join(tempDir(), 'report.json');
  const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_ENV$)/.test(name));
  const { status, stderr } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', ...args, '--reporter=json', `--outputFile=${file}`],
    { cwd: root, env: { ...Object.fromEntries(own), PATH: barePath() }, encoding: 'utf8' },
  );
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const missing = new Set(tests.flatMap(({ fullName }) => missingIn(fullName)));
  return { status, report, missing, tests, lastLine: stderr.trim().split('\n').at(-1)! };
}

describeWith(['POSIX'], 'where no helper program is installed', () => {
  it('every test file is collected, and the last line names all that is missing', () => {
    const { status, report, missing, tests, lastLine } = runBare('--no-isolate', '-t', '\\[needs ');
    expect(report).toMatchObject({ success: true, numPassedTests: 0 });
    expect(status).toBe(0);
    expect(tests.length).toBeGreaterThan(1000);
    const expected = ['ffmpeg', 'nginx', 'strace', 'mkfifo'] as const;
    for (const program of expected)
      expect([...missing]).toContain(`${program} (apt-get install ${packages[program]})`);
    expect(lastLine).toMatch(/^Skipped \d+ tests that need: /);
    for (const one of missing) expect(lastLine).toContain(one);
  }, 300_000);

  it('tests that need one are skipped, and those beside them pass', () => {
    const files = [
      'remediation/nginx',
      'containers/behind-jpeg',
      'decoders/video',
      'hostile/kinds',
      'e2e/video',
    ];
    const { status, report, tests } = runBare(...files.map((file) => `test/${file}.test.ts`));
    const needy = tests.filter(({ fullName }) => missingIn(fullName).length > 0);
    expect(report.success).toBe(true);
    expect(status).toBe(0);
    expect(needy.length).toBeGreaterThan(40);
    expect(needy.filter(({ status: how }) => how === 'passed')).toEqual([]);
    expect(report.numPassedTests).toBe(tests.length - needy.length);
  }, 300_000);
});

describe('a program that tests run', () => {
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' });

  it('is asked for by name, never found by luck: only Node and npm are always there', () => {
    const started = files
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => {
        const text = readFileSync(join(root, 'test', file), 'utf8');
        const calls = text.matchAll(
          /(?<![.\w])(?:spawn|execFile|exec|fork)(?:Sync)?\(\s*['"`]([^'"`]+)['"`]/g,
        );
        return [...calls].map(([, program]) => `${file}: ${program}`);
      });
    expect(started.filter((call) => !/: npm$/.test(call))).toEqual([]);
  });
});
