import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { filePath } from '../../src/core/uri.js';
import { filesMatching, isPattern, type PatternOptions, patternSource } from '../../src/sources/pattern.js';
import { itWith } from '../support/programs.js';
import { all, tree, unprivileged } from './tree.js';

/** What a pattern finds below a directory, by path from there; skips and problems with what they say. */
async function names(root: string, pattern: string, more: Partial<PatternOptions> = {}) {
  const found = await all(await patternSource({ pattern, cwd: root, ...more }));
  return found.map((one) => {
    const path = Buffer.from(filePath(one.ref.uri))
      .toString('latin1')
      .slice(root.length + 1);
    return one.kind === 'asset' ? path : `${one.kind === 'skipped' ? one.reason : one.code} ${path}`;
  });
}

describe('a pattern', () => {
  const files = [
    'x.jpg',
    'x.png',
    '.h/x.jpg',
    'a/x.jpg',
    'a/b/y.png',
    'a/b/z.gif',
    'c (1)/x.jpg',
    'x.jpg.d/n',
  ];

  it.each([
    ['*.jpg', ['x.jpg']],
    ['**/*.{jpg,png}', ['x.jpg', 'x.png', '.h/x.jpg', 'a/x.jpg', 'c (1)/x.jpg', 'a/b/y.png']],
    ['./a/**/?.[pg]*', ['a/b/y.png', 'a/b/z.gif']],
    ['{a/b,c (1),gone}/*', ['a/b/y.png', 'a/b/z.gif', 'c (1)/x.jpg']],
    ['{a,a/b}/**/*.png', ['a/b/y.png']],
    ['c (1)/*.jpg', ['c (1)/x.jpg']],
    ['*/x.jpg', ['.h/x.jpg', 'a/x.jpg', 'c (1)/x.jpg']],
    ['*.d', ['x.jpg.d/n']],
    ['?', ['a/x.jpg', 'a/b/y.png', 'a/b/z.gif']],
    ['a/../*.png', ['a/../x.png']],
    ['*.gif', []],
    ['gone/*', []],
  ])(
    '%s finds what it matches, hidden or not, once, and all below matching directories',
    async (glob, found) => {
      expect(await names(tree(...files), glob)).toEqual(found);
    },
  );

  it('begins in any folder, also outside the working directory', async () => {
    const root = tree(...files);
    expect(await names(root, `${root}/a/*.jpg`)).toEqual(['a/x.jpg']);
    expect(await names(root, '../*.jpg', { cwd: `${root}/a` })).toEqual(['x.jpg']);
  });

  it('is narrowed by --include and --exclude', async () => {
    const root = tree(...files);
    expect(await names(root, '**', { exclude: ['b', '.h'], include: ['*.jpg'] })).toEqual([
      'x.jpg',
      'a/x.jpg',
      'c (1)/x.jpg',
    ]);
    expect(await names(root, 'a/**', { include: ['b/*'] })).toEqual(['a/b/y.png', 'a/b/z.gif']);
  });

  it('finds names that are no UTF-8, and those with line feeds and backslashes', async () => {
    const root = tree('a\nb.jpg', 'a\\b.jpg', 'ä/x');
    writeFileSync(Buffer.from(`${root}/n\xff.jpg`, 'latin1'), '');
    writeFileSync(Buffer.concat([Buffer.from(`${root}/ä/`), Buffer.from([0xc3, 0x2e, 0x6a])]), '');
    expect(await names(root, '*.jpg')).toEqual(['a\nb.jpg', 'a\\b.jpg', 'n\xff.jpg']);
    expect(await names(root, 'a\\\\*.jpg')).toEqual(['a\\b.jpg']);
    expect(await names(root, '**', { include: ['ä/*.j'] })).toEqual(['\xc3\xa4/\xc3.j']);
  });

  it('follows links as a directory does: when asked', async () => {
    const root = tree('a/x.jpg', 'other/y.jpg');
    symlinkSync('x.jpg', `${root}/a/l.jpg`);
    symlinkSync('../other', `${root}/a/dir`);
    expect(await names(root, 'a/**')).toEqual(['symlink-outside a/dir', 'symlink a/l.jpg', 'a/x.jpg']);
    expect(await names(root, '{a,other}/**')).toEqual([
      'symlink a/dir',
      'symlink a/l.jpg',
      'a/x.jpg',
      'other/y.jpg',
    ]);
    expect(await names(root, '{a,other}/**', { include: ['y.jpg'] })).toEqual([
      'symlink a/dir',
      'other/y.jpg',
    ]);
    expect(await names(root, 'a/**/*.jpg', { followSymlinks: true })).toEqual([
      'a/l.jpg',
      'a/x.jpg',
      'a/dir/y.jpg',
    ]);
  });

  itWith(['POSIX'], 'tells which directories it could not look into', async () => {
    const root = tree('a/x.jpg', 'closed/x.jpg');
    chmodSync(root, 0o755);
    chmodSync(`${root}/closed`, 0o000);
    await names(root, '*/*.jpg');
    expect(await unprivileged(() => names(root, '*/*.jpg'))).toEqual(['a/x.jpg', 'permission-denied closed']);
    expect(await unprivileged(() => names(root, 'closed/*'))).toEqual(['permission-denied closed']);
    chmodSync(`${root}/closed`, 0o755);
  });

  it.each(['{1..99999}', '{1..999}{1..999}*', 'x'.repeat(9000).concat('*')])(
    'of too many alternatives is refused: %.20s',
    async (pattern) => {
      await expect(patternSource({ pattern, cwd: '/tmp' })).rejects.toThrow(/too many alternatives/);
    },
  );

  it('is told from a name: by wildcards, on Windows behind backslashes too', async () => {
    for (const text of ['*.jpg', 'a/{b,c}', 'x[12].png', 'a\\*.jpg', '@(a|b)', '**'])
      expect(await isPattern(text, 'linux'), text).toBe(true);
    for (const text of ['photo (1).jpg', 'a.jpg', 'a{b}', 'x]', '('])
      expect(await isPattern(text, 'linux'), text).toBe(false);
    expect(await isPattern('C:\\up\\*.jpg', 'win32')).toBe(true);
    expect(await isPattern('C:\\up (x)\\a.jpg', 'win32')).toBe(false);
  });
});

describe('a pattern for lists', () => {
  it('gives the files that a shell would, sorted', async () => {
    const root = tree('lists/b.csv', 'lists/a.csv', 'lists/.a.csv', 'lists/c.txt', 'x (1)/d.csv');
    mkdirSync(`${root}/lists/old.csv`);
    symlinkSync('../x (1)/d.csv', `${root}/lists/d.csv`);
    symlinkSync('.', `${root}/lists/loop`);
    expect(await filesMatching('lists/*.csv', root)).toEqual(['lists/a.csv', 'lists/b.csv', 'lists/d.csv']);
    expect(await filesMatching('**/*.csv', root)).toHaveLength(4);
    expect(await filesMatching('x (1)/*.csv', root)).toEqual(['x (1)/d.csv']);
  });

  it('that matches none, or one whose name cannot be given, is a usage error', async () => {
    const root = tree('lists/a.csv');
    await expect(filesMatching('lists/*.tsv', root)).rejects.toThrow(
      /lists\/\*\.tsv: no such file, and no file/,
    );
    await expect(filesMatching('gone/*.csv', root)).rejects.toThrow(/no file matches/);
    symlinkSync('gone', `${root}/lists/dead.csv`);
    expect(await filesMatching('lists/*.csv', root)).toEqual(['lists/a.csv', 'lists/dead.csv']);
    writeFileSync(Buffer.from(`${root}/lists/\xff.csv`, 'latin1'), '');
    await expect(filesMatching('lists/*.csv', root)).rejects.toThrow(/no UTF-8/);
  });
});
