import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { demo, hashsieve, tempDir } from '../support/cli.js';

/** Notes every package that is imported or required, and every process and thread that is started. */
const watcher = (notes: string) => {
  const note = `(text) => appendFileSync(${JSON.stringify(notes)}, text + '\\n')`;
  const hooks = `
    import { appendFileSync } from 'node:fs';
    const note = ${note};
    export async function resolve(specifier, context, next) {
      const found = await next(specifier, context);
      note('loaded ' + found.url);
      return found;
    }`;
  return `
    import child from 'node:child_process';
    import { appendFileSync } from 'node:fs';
    import { createRequire, register, syncBuiltinESMExports } from 'node:module';
    const note = ${note};
    register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});
    for (const name of ['fork', 'spawn']) {
      const begin = child[name];
      child[name] = (...args) => { note('process ' + args[0]); return begin(...args); };
    }
    syncBuiltinESMExports();
    const { cache } = createRequire(import.meta.url);
    process.on('exit', () => { for (const path of Object.keys(cache)) note('loaded ' + path); });`;
};

/** Packages that a command loads, and the processes that it starts. */
async function need(args: readonly string[]) {
  const dir = tempDir();
  const notes = join(dir, 'notes');
  const script = join(dir, 'watch.mjs');
  writeFileSync(script, watcher(notes));
  const { code } = await hashsieve(args, { env: { NODE_OPTIONS: `--import ${pathToFileURL(script)}` } });
  const noted = existsSync(notes) ? readFileSync(notes, 'utf8').trim().split('\n') : [];
  const packages = noted.flatMap((line) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(line)?.[1] ?? []);
  return {
    code,
    packages: new Set(packages.filter((name) => !name.startsWith('@img/'))),
    processes: noted.filter((line) => line.startsWith('process ')),
  };
}

const jpeg = join(demo, 'uploads/holiday.jpg');
const list = ['--list', join(demo, 'known.csv')];
const forDecoding = ['sharp', 'detect-libc', 'semver'];

it('one picture needs the command line and the decoder, and no other package, process or database', async () => {
  const { code, packages, processes } = await need(['scan', jpeg, ...list]);
  expect(code).toBe(10);
  expect(packages).toEqual(new Set(['commander', ...forDecoding]));
  expect(processes).toEqual([]);
});

it('a directory needs the database and processes besides', async () => {
  const { packages, processes } = await need(['scan', join(demo, 'uploads'), ...list]);
  expect([...packages].some((name) => name.startsWith('better-sqlite3'))).toBe(true);
  expect(processes.length).toBeGreaterThan(0);
});

it('the version needs no package at all', async () => {
  expect(await need(['--version'])).toEqual({ code: 0, packages: new Set(), processes: [] });
});
