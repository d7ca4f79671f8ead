import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { driverPackage, loadDriver } from '../../src/ledger/driver.js';
import { demo, hashsieve, root, tempDir } from '../support/cli.js';
import { cpio } from '../support/cpio.js';

const driver = await loadDriver();

/** Notes every file that is imported or required, every process that is started, and the first use of ICU's tables and of perf_hooks. */
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
    Number.prototype.toLocaleString = () => { note('loaded the tables of ICU'); return ''; };
    const { get, ...rest } = Object.getOwnPropertyDescriptor(globalThis, 'performance');
    Object.defineProperty(globalThis, 'performance', { ...rest, get() { note('loaded perf_hooks'); return get.call(this); } });
    const { cache } = createRequire(import.meta.url);
    process.on('exit', () => { for (const path of Object.keys(cache)) note('loaded ' + path); });`;
};

/** Packages and modules of ours that a command loads, and the processes that it starts. */
async function need(args: readonly string[]) {
  const dir = tempDir();
  const notes = join(dir, 'notes');
  const script = join(dir, 'watch.mjs');
  writeFileSync(script, watcher(notes));
  const { code } = await hashsieve(args, { env: { NODE_OPTIONS: `--import ${pathToFileURL(script)}` } });
  const noted = existsSync(notes) ? readFileSync(notes, 'utf8').trim().split('\n') : [];
  const packages = noted.flatMap((line) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(line)?.[1] ?? []);
  const files = noted.flatMap((line) => /^loaded (.*\/dist\/bundle\/.*)/.exec(line)?.[1] ?? []);
  return {
    code,
    noted,
    /** The bundle names every module before its code. */
    modules: files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^\/\/ dist\/(.*)\.js$/gm)].map(([, name]) => name!),
    ),
    packages: new Set(packages.filter((name) => !name.startsWith('@img/'))),
    processes: noted.filter((line) => line.startsWith('process ')),
  };
}

const jpeg = join(demo, 'uploads/holiday.jpg');
const list = ['--list', join(demo, 'known.csv')];
const forDecoding = ['sharp', 'detect-libc', 'semver'];

it('one picture needs the command line and the decoder, and no other package, process or database', async () => {
  const { code, packages, processes, noted } = await need(['scan', jpeg, ...list]);
  expect(code).toBe(10);
  expect(packages).toEqual(new Set(forDecoding));
  expect(processes).toEqual([]);
  expect(noted).not.toContain('loaded the tables of ICU');
  expect(noted).not.toContain('loaded perf_hooks');
});

it('one picture needs nothing of the ledger, the reports, the rules, or of other kinds of files, lists and sources', async () => {
  const { modules } = await need(['scan', jpeg, ...list]);
  expect(modules).toEqual(
    expect.arrayContaining([
      'cli/main',
      'cli/commands/scan',
      'scanner/scanner',
      'lists/read',
      'decoders/sharp',
    ]),
  );
  const others = [
    /^(ledger|reports|remediation)\//,
    // What an archive's records look like is asked of every picture: one may be appended to it.
    /^containers\/(zip(?!-records$)|tar|gzip|pdf|seven|packed|lz|disc|compound|text|mail|mbox)/,
    /^decoders\/(ani|apng|bmp|ffmpeg|heic|ico|jxl|magick|pnm|profile|psd-length|tga|video|webp-repair)$/,
    /^runners\/(pool|worker-process)$/,
    /^sources\/(crawl|pages|sitemap)$/,
    /^matching\/compiled\/(columns|compile|open|pages)$/,
  ];
  expect(modules.filter((name) => others.some((other) => other.test(name)))).toEqual([]);
});

it('archives that 7-Zip reads, and e-mail, need what reads them; other text does not', async () => {
  const dir = tempDir();
  const needed = async (name: string, bytes: string | Uint8Array) => {
    writeFileSync(join(dir, name), bytes);
    const { packages } = await need(['scan', join(dir, name), ...list]);
    return [...packages].filter((one) => /7z|mail/.test(one)).sort();
  };
  expect(await needed('a.cpio', cpio([{ name: 'a', bytes: Buffer.from('text') }]))).toEqual(['7z-wasm']);
  expect(await needed('a.eml', 'From: a@b.example\nTo: a@b.example\n\ntext\n')).toEqual([
    '@zone-eu/mailsplit',
  ]);
  expect(await needed('a.html', '<html><img src="data:image/gif;base64,R0lGOD">')).toEqual([]);
});

it('the bundle is ASCII: of a file with any character beyond Latin-1, Node holds two bytes a character', () => {
  const bundle = join(root, 'dist/bundle');
  const files = readdirSync(bundle);
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((name) => readFileSync(join(bundle, name)).some((byte) => byte > 0x7f))).toEqual([]);
});

it('a directory needs the database and processes besides', async () => {
  const { packages, processes } = await need(['scan', join(demo, 'uploads'), ...list]);
  expect([...packages].some((name) => name === driverPackage)).toBe(driver.name === 'libsql');
  expect(processes.length).toBeGreaterThan(0);
});

it('the version needs no package at all', async () => {
  expect(await need(['--version'])).toMatchObject({ code: 0, packages: new Set(), processes: [] });
});
