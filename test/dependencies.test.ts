import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './support/cli.js';

type Versions = Readonly<Record<string, string>>;
const { dependencies, devDependencies, optionalDependencies, peerDependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
) as Record<'dependencies' | 'devDependencies' | 'optionalDependencies' | 'peerDependencies', Versions>;
const pinned = { ...dependencies, ...devDependencies, ...optionalDependencies };

describe('a dependency', () => {
  it('has one row in docs/dependencies.md, all cells but the last filled in; no row is without dependency', () => {
    const rows = readFileSync(join(root, 'docs/dependencies.md'), 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, name, ...cells] = line.split('|').map((cell) => cell.trim());
        return name?.startsWith('`') ? [{ name: name.replaceAll('`', ''), cells: cells.slice(0, -1) }] : [];
      });
    expect(rows.map(({ name }) => name).sort()).toEqual(
      Object.keys({ ...pinned, ...peerDependencies }).sort(),
    );
    for (const { name, cells } of rows) {
      expect(cells, name).toHaveLength(6);
      expect(
        cells.slice(0, 5).filter((cell) => cell === ''),
        name,
      ).toEqual([]);
    }
  });

  it('is pinned exactly, and the lock names no host', () => {
    const loose = Object.entries(pinned).filter(
      ([, version]) => !/^(npm:[\w-]+@)?\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
  });

  it('of the program is imported by it', () => {
    const code = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(root, 'src', name), 'utf8'))
      .join('\n');
    const wanted = [...Object.keys({ ...dependencies, ...optionalDependencies }), 'commander', 'p-limit'];
    expect(wanted.filter((name) => !new RegExp(`['"\`]${name}(['"\`/])`).test(code))).toEqual([]);
  });
});
