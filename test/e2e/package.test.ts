import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demo, root, tempDir } from '../support/cli.js';

const npm = (args: readonly string[], cwd: string) =>
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, encoding: 'utf8' });

const { dependencies, optionalDependencies, peerDependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
const installed = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });

/** What a packed file loads that an install has not: files that are not packed, and packages that are no dependency. */
function notFound(name: string, names: readonly string[]): string[] {
  if (!/\.c?js$/.test(name)) return [];
  const code = readFileSync(join(root, name), 'utf8');
  const loads = /(?:\bfrom |\bimport |\bimport\(|\brequire\()["']((?:\.\.?\/)?@?\w[\w:./-]*)["']/g;
  const beside = /new URL\("([^"]+)", new URL\("([^"]+)", require\("url"\)/g;
  const files = [...code.matchAll(beside)].map(([, path, base]) =>
    join(dirname(name), dirname(base!), path!),
  );
  const packages: string[] = [];
  for (const [, wanted] of code.matchAll(loads)) {
    if (wanted!.startsWith('.')) files.push(join(dirname(name), wanted!));
    else packages.push(/^(@[^/]+\/)?[^/]+/.exec(wanted!)![0]);
  }
  return [
    ...files.filter((path) => !names.includes(path)),
    ...packages.filter((of) => !builtinModules.includes(of.replace(/^node:/, '')) && !installed.includes(of)),
  ].map((missing) => `${name}: ${missing}`);
}

describe('the package as npm installs it', () => {
  it('scans, and works as a library, from its own tarball in an empty folder', () => {
    const dir = tempDir();
    // --ignore-scripts: `prepare` would build dist anew under the feet of the other tests.
    const [packed] = JSON.parse(
      npm(['pack', '--json', '--ignore-scripts', '--pack-destination', dir], root),
    ) as {
      filename: string;
      files: { path: string }[];
    }[];
    const names = packed!.files.map(({ path }) => path);
    expect(names).toEqual(
      expect.arrayContaining(['bin/hashsieve.js', 'dist/index.js', 'docs/api.d.ts', 'README.md', 'LICENSE']),
    );
    expect(names.filter((name) => /^(src|test|fixtures|bench)\//.test(name))).toEqual([]);
    expect(names.flatMap((name) => notFound(name, names))).toEqual([]);
    expect(names.filter((name) => name.endsWith('.d.ts'))).toEqual(['docs/api.d.ts']);

    writeFileSync(join(dir, 'package.json'), '{"private":true,"type":"module"}');
    // Without install scripts the optional database is not compiled, which takes a minute: the rest must work without it.
    npm(['install', '--prefer-offline', '--omit=dev', '--ignore-scripts', join(dir, packed!.filename)], dir);
    const command = join(dir, 'node_modules/.bin/hashsieve');
    const scanned = spawnSync(command, ['scan', join(demo, 'uploads'), '--list', join(demo, 'known.csv')], {
      cwd: dir,
      encoding: 'utf8',
    });
    expect(scanned.stdout.trim().split('\n')).toHaveLength(4);
    expect(scanned.status, scanned.stderr).toBe(10);

    writeFileSync(
      join(dir, 'use.js'),
      `import { createScanner, loadList, sources } from 'hashsieve';
const { list } = await loadList({ path: ${JSON.stringify(join(demo, 'known.csv'))} });
const scanner = createScanner({ lists: [list] });
const source = sources.directory({ path: ${JSON.stringify(join(demo, 'uploads'))} });
for await (const result of scanner.scan(source.list()))
  if (result.outcome === 'matched') console.log(result.matches[0].entryId);
await scanner.close();
`,
    );
    // The same with its types, as a consumer compiles it: nothing but the types of Node stands beside it.
    writeFileSync(
      join(dir, 'use.ts'),
      `${readFileSync(join(dir, 'use.js'), 'utf8').replace('.matches[0].entryId', '.matches[0]?.entryId')}
import { openLedgerFile, type ScanResult, scanBytes } from 'hashsieve';
export const outcomes: ScanResult['outcome'][] = [];
for await (const { outcome } of scanBytes(new Uint8Array(1), { lists: [list], name: 'a' })) outcomes.push(outcome);
export const ledger: ReturnType<typeof openLedgerFile> = openLedgerFile('ledger.sqlite');
`,
    );
    const typeRoots = join(root, 'node_modules/@types');
    const compiled = spawnSync(
      process.execPath,
      [
        ...[join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--strict', '--module', 'nodenext'],
        ...['--target', 'es2023', '--types', 'node', '--typeRoots', typeRoots, 'use.ts'],
      ],
      { cwd: dir, encoding: 'utf8' },
    );
    expect(compiled.stdout).toBe('');
    const used = spawnSync(process.execPath, ['use.js'], { cwd: dir, encoding: 'utf8' });
    expect(used.stderr).toBe('');
    expect(used.stdout.trim().split('\n').sort()).toEqual(['scene-1', 'scene-2', 'scene-3']);
  }, 180_000); // it installs a package and compiles

  it('has the version that it prints', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    const printed = spawnSync(process.execPath, [join(root, 'bin/hashsieve.js'), '--version'], {
      encoding: 'utf8',
    });
    expect(printed.stdout).toBe(`${version}\n`);
  });
});
