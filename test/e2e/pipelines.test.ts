import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bin, demo, root, tempDir } from '../support/cli.js';
import { describeWith, itWith, programPath } from '../support/programs.js';

const read = (name: string) => readFileSync(join(root, name), 'utf8');
const list = readFileSync(join(demo, 'known.csv'), 'utf8')
  .trim()
  // A list of others, not the operator's own.
  .replace(/,own$/gm, ',csam');

/** A folder for PATH in which `npx hashsieve@VERSION` is this program, and tells what it was called with. */
function withNpx(dir: string): string {
  const folder = join(dir, 'bin');
  mkdirSync(folder);
  const npx = join(folder, 'npx');
  writeFileSync(
    npx,
    `#!/bin/sh\necho "$@" >> ${dir}/called\nshift 2\nexec ${process.execPath} ${bin} "$@"\n`,
  );
  chmodSync(npx, 0o755);
  symlinkSync(process.execPath, join(folder, 'node'));
  return `${folder}:${process.env.PATH}`;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly steps: readonly { id: string; env: Record<string, string>; run: string }[] };
}

describeWith(['bash'], 'the GitHub Action', () => {
  const action = parse(read('action.yml')) as Action;
  const [step] = action.runs.steps;

  /** Runs the action's step as a runner does. */
  function act(given: Readonly<Record<string, string>>) {
    const dir = tempDir();
    const workspace = join(dir, 'workspace');
    mkdirSync(workspace);
    symlinkSync(join(demo, 'uploads'), join(workspace, 'assets'));
    const filled = (text: string) =>
      text.replace(
        /^\$\{\{ inputs\.([\w-]+) \}\}$/,
        (_, name: string) => given[name] ?? String(action.inputs[name]!.default),
      );
    const output = join(dir, 'output');
    const { status, stdout, stderr } = spawnSync(
      programPath('bash'),
      ['--norc', '-e', '-o', 'pipefail', '-c', step!.run],
      {
        cwd: workspace,
        encoding: 'utf8',
        env: {
          PATH: withNpx(dir),
          HOME: dir,
          RUNNER_TEMP: dir,
          GITHUB_OUTPUT: output,
          ...Object.fromEntries(Object.entries(step!.env).map(([name, text]) => [name, filled(text)])),
        },
      },
    );
    const outputs = existsSync(output)
      ? Object.fromEntries(
          readFileSync(output, 'utf8')
            .trim()
            .split('\n')
            .map((line) => line.split('=')),
        )
      : {};
    return {
      status,
      stdout,
      stderr,
      outputs,
      called: readFileSync(join(dir, 'called'), 'utf8'),
      left: readdirSync(dir),
    };
  }

  it('fails the job on a match, tells counts and places, and neither the list nor its name', () => {
    const { status, stdout, stderr, outputs, called, left } = act({ paths: 'assets/\n', list });
    expect(status, stderr).toBe(10);
    expect(outputs).toEqual({ 'exit-code': '10', matched: '3', clear: '4', skipped: '1', failed: '0' });
    expect(stdout.match(/^::error file=/gm)).toHaveLength(3);
    expect(stdout + stderr).not.toContain(list.split('\n')[1]!.split(',')[1]);
    expect(called).toContain('hashsieve@0.1.0 scan');
    expect(left.filter((name) => name.startsWith('hashsieve.'))).toEqual([]);
  });

  it('lets a job pass where nothing matched, keeps the ledger, and takes options and files with blanks', () => {
    const dir = tempDir();
    const other = join(dir, 'a list.txt');
    writeFileSync(other, `${'0123456789abcdef'.repeat(4)}\n`);
    const { status, stderr, outputs } = act({
      paths: 'assets',
      'list-files': other,
      ledger: join(dir, 'ledger.sqlite'),
      options: '--algorithm\nsha256\n--no-pdf',
    });
    expect(status, stderr).toBe(0);
    expect(outputs).toMatchObject({ 'exit-code': '0', matched: '0' });
    expect(existsSync(join(dir, 'ledger.sqlite'))).toBe(true);
  });

  it('without a list does not pass, and does not run what an input holds', () => {
    const { status, outputs, left } = act({ paths: '$(touch ../../ran)\n`touch ../ran`' });
    expect(status).toBe(2);
    expect(outputs).toEqual({ 'exit-code': '2' });
    expect(left).not.toContain('ran');
  });

  it('takes every input as a variable, and has a value for every output', () => {
    expect(step!.run).not.toContain('${{');
    expect(Object.values(step!.env).toSorted()).toEqual(
      Object.keys(action.inputs)
        .map((name) => `\${{ inputs.${name} }}`)
        .toSorted(),
    );
    for (const [name, { value }] of Object.entries(action.outputs))
      expect(value).toBe(`\${{ steps.scan.outputs.${name} }}`);
  });
});

describe('templates for other pipelines', () => {
  itWith(['sh'], 'GitLab: the script runs, fails on a match, and writes its reports', () => {
    const dir = tempDir();
    const job = (
      parse(read('docs/pipelines/gitlab-ci.yml')) as {
        hashsieve: { script: string[]; artifacts: { reports: Record<string, string> } };
      }
    ).hashsieve;
    writeFileSync(join(dir, 'list.csv'), list);
    symlinkSync(join(demo, 'uploads'), join(dir, 'assets'));
    const { status, stderr } = spawnSync(programPath('sh'), ['-e', '-c', job.script.join('\n')], {
      cwd: dir,
      encoding: 'utf8',
      env: {
        PATH: withNpx(dir),
        HOME: dir,
        SCAN_LIST: join(dir, 'list.csv'),
        SCAN_PATHS: 'assets/',
        SCAN_VERSION: '0',
      },
    });
    expect(status, stderr).toBe(10);
    const quality = JSON.parse(readFileSync(join(dir, job.artifacts.reports.codequality!), 'utf8'));
    expect(
      quality.filter(({ check_name }: { check_name: string }) => check_name === 'known-image'),
    ).toHaveLength(3);
    expect(readFileSync(join(dir, job.artifacts.reports.junit!), 'utf8')).toContain('<failure');
  });

  itWith(['sh'], 'Forgejo: the step runs, and removes the list', () => {
    const dir = tempDir();
    const { jobs } = parse(read('docs/pipelines/forgejo.yml')) as {
      jobs: { hashsieve: { steps: { run?: string }[] } };
    };
    symlinkSync(join(demo, 'uploads'), join(dir, 'assets'));
    const { status, stderr } = spawnSync(
      programPath('sh'),
      ['-e', '-c', jobs.hashsieve.steps.find(({ run }) => run)!.run!.replace(/ assets$/m, ' assets/')],
      {
        cwd: dir,
        encoding: 'utf8',
        env: { PATH: withNpx(dir), HOME: dir, TMPDIR: dir, KNOWN_LIST: list },
      },
    );
    expect(status, stderr).toBe(10);
    expect(readdirSync(dir).filter((name) => name.startsWith('tmp.'))).toEqual([]);
  });

  it('name the version of this package', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    for (const name of [
      'action.yml',
      'docs/pipelines.md',
      ...readdirSync(join(root, 'docs/pipelines')).map((file) => `docs/pipelines/${file}`),
    ])
      expect([name, read(name)]).toEqual([name, expect.stringContaining(version)]);
    expect(execFileSync(process.execPath, [bin, '--version'], { encoding: 'utf8' }).trim()).toBe(version);
  });
});
