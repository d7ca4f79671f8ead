import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../src');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.startsWith('kernels/assembly'))
  .sort();

/** What a file imports: packages by name, own files by their path below src. */
const importsOf = (file: string): string[] =>
  [...readFileSync(join(src, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name]) =>
    name!.startsWith('.') ? relative(src, resolve(src, dirname(file), name!)) : name!,
  );
const folderOf = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : 'root');
const isOwn = (name: string) =>
  files.includes(name.replace(/\.js$/, '.ts')) || name.startsWith('kernels/generated/');

const stages = [
  'sources',
  'fetchers',
  'containers',
  'decoders',
  'views',
  'fingerprints',
  'lists',
  'matching',
  'outputs',
  'reports',
  'remediation',
];
/** Folder → folders it may import from, besides its own. */
const allowed: Record<string, readonly string[]> = {
  core: [],
  kernels: [],
  files: ['core'],
  ...Object.fromEntries(stages.map((stage) => [stage, ['core', 'kernels']])),
  ledger: ['core'],
  runners: ['core', 'root'],
  exchanges: ['core', 'lists', 'fetchers'],
  root: [...stages, 'core', 'runners', 'kernels'],
  cli: [...stages, 'core', 'files', 'exchanges', 'runners', 'ledger', 'root', 'kernels'],
};

describe('imports keep the direction of ARCHITECTURE', () => {
  it.each(files)('%s', (file) => {
    const folder = folderOf(file);
    const wrong = importsOf(file).filter(
      (name) => isOwn(name) && folderOf(name) !== folder && !allowed[folder]!.includes(folderOf(name)),
    );
    expect(wrong).toEqual([]);
  });

  it('core is pure: no disk, network, process, sharp or colour', () => {
    const builtins = files
      .filter((file) => folderOf(file) === 'core')
      .flatMap((file) => importsOf(file).filter((name) => !isOwn(name)));
    expect(builtins.filter((name) => name !== 'node:crypto')).toEqual([]);
  });

  it('no command imports another command', () => {
    const wrong = files
      .filter((file) => /^cli\/commands\/(?!index)[^/]+\.ts$/.test(file))
      .flatMap((file) => {
        const own = file.replace(/\.ts$/, '/');
        return importsOf(file)
          .filter((name) => name.startsWith('cli/commands/') && !name.startsWith(own))
          .map((name) => `${file} → ${name}`);
      });
    expect(wrong).toEqual([]);
  });

  it('only cli touches the command line, the terminal and the exit code', () => {
    const outside = files.filter((file) => folderOf(file) !== 'cli');
    const packages = outside.flatMap((file) =>
      importsOf(file)
        .filter((name) => ['commander', 'chalk', 'ora'].includes(name))
        .map((name) => `${file} → ${name}`),
    );
    const textOf = (file: string) => {
      const text = readFileSync(join(src, file), 'utf8');
      // Hands the environment on to decoding processes, as `fork` does by itself, and looks at nothing in it.
      return file === 'runners/worker-process.ts' ? text.replace('...process.env }', '}') : text;
    };
    const words = outside.filter((file) =>
      /\bconsole\.|process\.(argv|env|exitCode|stdout|stderr)/.test(textOf(file)),
    );
    expect([...packages, ...words]).toEqual([]);
  });
});
