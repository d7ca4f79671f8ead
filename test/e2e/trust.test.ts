import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root, tempDir } from '../support/cli.js';

const npm = (args: readonly string[], cwd: string) =>
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, encoding: 'utf8' });

it('the same source makes the same package, byte for byte, wherever it is built', () => {
  const built = (name: string) => {
    const dir = join(tempDir(), name);
    mkdirSync(dir);
    for (const one of [
      'src',
      'bin',
      'scripts',
      'docs',
      'assets',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'tsconfig.build.json',
      'README.md',
      'CHANGELOG.md',
      'LICENSE',
    ])
      cpSync(join(root, one), join(dir, one), {
        recursive: true,
        filter: (path) => !path.endsWith('src/kernels/generated'),
      });
    symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
    execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: dir, stdio: 'ignore' });
    const [packed] = JSON.parse(npm(['pack', '--json', '--ignore-scripts'], dir)) as {
      filename: string;
      files: { path: string }[];
    }[];
    const bytes = readFileSync(join(dir, packed!.filename));
    return { sha256: createHash('sha256').update(bytes).digest('hex'), files: packed!.files.length };
  };
  const first = built('one');
  expect(first.files).toBeGreaterThan(100);
  expect(built('another-folder')).toEqual(first);
}, 300_000);

/** Licences that let anybody install and ship a part beside this program. */
const free = [
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Python-2.0',
  'MIT OR Apache-2.0',
  '(MIT OR EUPL-1.1+)',
];

it('every part that is installed has a licence that is known, and docs/third-party.md names each that asks for more', () => {
  const { components } = JSON.parse(npm(['sbom', '--omit', 'dev', '--sbom-format', 'cyclonedx'], root)) as {
    components: {
      name: string;
      licenses?: { expression?: string; license?: { id?: string; name?: string } }[];
    }[];
  };
  expect(components.length).toBeGreaterThan(50);
  const others = components
    .map(({ name, licenses = [] }) => ({
      name,
      licence: licenses
        .map(({ expression, license }) => expression ?? license?.id ?? license?.name)
        .join(' and '),
    }))
    .filter(({ licence }) => !free.includes(licence))
    .map(({ name }) => name.replace(/^(@img\/sharp-libvips-).*/, '$1*'));
  const told = readFileSync(join(root, 'docs/third-party.md'), 'utf8').split('## What is installed')[0]!;
  expect([...new Set(others)].filter((name) => !told.includes(`\`${name}\``))).toEqual([]);
  expect(others).toContain('libheif-js');
});
