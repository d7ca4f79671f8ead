import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { bin, demo, hashsieve, type Ran, root, tempDir } from '../support/cli.js';
import { describeWith, programPath } from '../support/programs.js';

const known = join(demo, 'known.csv');
const uploads = join(demo, 'uploads');
const picture = join(uploads, 'holiday.jpg');
const scanOf = (target: string) => ['scan', target, '--list', known, '--no-ledger'];

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const home = tempDir();
  return new Promise((done) => {
    const options = { cwd: root, env: { PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: home, ...env } };
    execFile(program, args, options, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : (error.code ?? error.signal ?? null), stdout, stderr }),
    );
  });
}

/** One line that names what is wrong, and nothing that looks like a defect of the program. */
function expectOneLine({ stdout, stderr }: Ran, words: RegExp): void {
  expect(stderr).toMatch(words);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr + stdout).not.toMatch(/defect|please report|^ +at /im);
}

describe('without a build of sharp for this machine', () => {
  const installed = tempDir();
  const program = join(installed, 'bin/hashsieve.js');
  const builds = join(installed, 'node_modules/@img');
  beforeAll(() => {
    for (const name of ['bin', 'dist', 'assets', 'package.json'])
      cpSync(join(root, name), join(installed, name), { recursive: true });
    const modules = join(root, 'node_modules');
    mkdirSync(builds, { recursive: true });
    for (const name of readdirSync(modules))
      if (!['@img', 'sharp', '.bin'].includes(name))
        symlinkSync(join(modules, name), join(installed, 'node_modules', name));
    cpSync(join(modules, 'sharp'), join(installed, 'node_modules/sharp'), { recursive: true });
    cpSync(join(modules, '@img/colour'), join(builds, 'colour'), { recursive: true });
  });

  it.each([
    [scanOf(uploads)],
    [scanOf(picture)],
    [['hash', picture]],
    [['compare', picture, picture]],
    [['calibrate', uploads, '--list', known]],
    [['list', 'add', join(installed, 'own.jsonl'), '--from-image', picture, '--category', 'own']],
  ])('%j ends at once with one line that names doctor', async (args) => {
    const ran = await run(process.execPath, [program, ...args]);
    expect(ran.code).toBe(2);
    expect(ran.stdout).toBe('');
    expectOneLine(ran, /no picture can be decoded: sharp has no build.*--omit=optional.*hashsieve doctor/);
  });

  it('digests are computed and compared all the same', async () => {
    const digests = join(installed, 'digests.csv');
    const { stdout, code } = await run(process.execPath, [program, 'hash', picture, '--algorithm', 'sha256']);
    expect(code).toBe(0);
    writeFileSync(digests, `sha256\n${(JSON.parse(stdout) as { hex: string }).hex}\n`);
    const scanned = await run(process.execPath, [
      program,
      'scan',
      uploads,
      '--list',
      digests,
      '--no-ledger',
      '-q',
    ]);
    expect(scanned.code).toBe(10);
  });

  it('doctor says what is wrong and what to do', async () => {
    const { code, stdout } = await run(process.execPath, [program, 'doctor']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^broken {3}sharp {2}\(sharp has no build for this machine.*\n.*npm ci/m);
  });

  it('a build that does not load is told too, and what an earlier run wrote stays', async () => {
    const names = readdirSync(join(root, 'node_modules/@img')).filter((name) =>
      /^sharp-(?!libvips)/.test(name),
    );
    for (const name of names) {
      mkdirSync(join(builds, name), { recursive: true });
      writeFileSync(join(builds, name, 'package.json'), JSON.stringify({ name: `@img/${name}` }));
      writeFileSync(join(builds, name, 'sharp.node'), 'from another system');
    }
    const events = join(installed, 'events.jsonl');
    writeFileSync(events, 'of yesterday\n');
    for (const target of [uploads, picture]) {
      const ran = await run(process.execPath, [program, ...scanOf(target), '-o', events]);
      expect(ran.code).toBe(2);
      expectOneLine(ran, /no picture can be decoded: .*ERR_DLOPEN_FAILED.*hashsieve doctor/);
      expect(readFileSync(events, 'utf8')).toBe('of yesterday\n');
    }
    const tested = await run(process.execPath, [program, 'selftest', '--list', known]);
    expect(tested.code).toBe(2);
    expectOneLine(tested, /no picture can be decoded/);
    for (const name of names) rmSync(join(builds, name), { recursive: true });
  });
});

/** Runs under a limit of the address space, in KiB. */
const limited = (kibibytes: number, args: readonly string[], env?: NodeJS.ProcessEnv) =>
  run(
    programPath('bash'),
    ['-c', `ulimit -v ${kibibytes}; exec "$0" "$@"`, process.execPath, bin, ...args],
    env,
  );

describeWith(['Linux', 'bash'], 'under ulimit -v', () => {
  it.each([[scanOf(uploads)], [scanOf(picture)], [['hash', picture]], [['selftest', '--list', known]]])(
    '%j ends at once and names the limit and the way out',
    async (args) => {
      const ran = await limited(8_000_000, args);
      expect(ran.code).toBe(2);
      expect(ran.stdout).toBe('');
      expectOneLine(ran, /WebAssembly gets no memory: .*ulimit -v.*--disable-wasm-trap-handler/);
    },
  );

  it('the way out is one', async () => {
    const env = { NODE_OPTIONS: '--disable-wasm-trap-handler' };
    expect((await limited(12_000_000, [...scanOf(uploads), '-q'], env)).code).toBe(10);
  });

  it('doctor tells of it', async () => {
    const { code, stdout } = await limited(8_000_000, ['doctor']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^broken {3}webassembly\n.*ulimit -v/m);
  });
});

describe('a Node that is too old', () => {
  /** Says of itself that it is another. */
  const posing = (version: string, ...args: string[]) => {
    const script = join(tempDir(), 'old.cjs');
    const versions = `{ ...process.versions, node: ${JSON.stringify(version)} }`;
    writeFileSync(script, `Object.defineProperty(process, 'versions', { value: ${versions} });`);
    return run(process.execPath, ['--require', script, bin, ...args]);
  };

  it.each(['12.22.12', '16.20.2', '18.20.8', '20.18.3'])(
    '%s is told so in one line, whatever is wanted',
    async (old) => {
      for (const args of [['--version'], scanOf(picture)]) {
        const ran = await posing(old, ...args);
        expect(ran).toMatchObject({ code: 1, stdout: '' });
        expectOneLine(
          ran,
          new RegExp(`this is Node ${old.replaceAll('.', '\\.')} .* needs 20\\.19 or newer`),
        );
      }
    },
  );

  it('doctor shows it, with the version that is needed', async () => {
    const { code, stdout } = await posing('18.20.8', 'doctor');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^broken {3}node {2}18\.20\.8 .*\n.*install Node 20\.19 or newer/);
  });

  it.each(['20.19.0', '22.0.0', '24.1.0'])('but %s runs', async (version) => {
    expect(await posing(version, '--version')).toMatchObject({ code: 0, stderr: '' });
  });

  it('understands the program that tells it', () => {
    const text = readFileSync(bin, 'utf8');
    const forNode = (target: ts.ScriptTarget) =>
      ts.transpileModule(text, { compilerOptions: { target, module: ts.ModuleKind.ESNext } }).outputText;
    expect(forNode(ts.ScriptTarget.ES2018)).toBe(forNode(ts.ScriptTarget.ESNext));
    expect(text).not.toMatch(/require\(['"]node:/);
  });
});

it('a working directory that is gone is told in one line', async () => {
  const gone = tempDir();
  const script = 'cd "$1" && rmdir "$1" && exec "$2" "$3" scan "$4" --list "$5"';
  const ran = await run('sh', ['-c', script, 'sh', gone, process.execPath, bin, uploads, known]);
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expectOneLine(ran, /the working directory is gone/);
});

it.each(['/nonexistent', '/proc'])(
  'selftest needs no directory for temporary files: TMPDIR=%s',
  async (TMPDIR) => {
    const { code, stdout } = await hashsieve(['selftest', '--list', known], { env: { TMPDIR } });
    expect(stdout).toMatch(/The alarm rings\.$/m);
    expect(code).toBe(0);
  },
);
