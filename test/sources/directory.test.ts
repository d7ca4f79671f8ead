import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { displayUri, filePath, fileUri } from '../../src/core/uri.js';
import { type DirectoryOptions, directorySource } from '../../src/sources/directory.js';
import { Scope } from '../../src/sources/scope.js';
import type { Sourced } from '../../src/sources/types.js';
import { itWith, programPath } from '../support/programs.js';
import { all, tree, unprivileged } from './tree.js';

/** Paths below the root, or `code path` for a problem and `reason path` for a skip, in the order they came. */
async function names(root: string, options: Omit<DirectoryOptions, 'path'> = {}): Promise<string[]> {
  const below = (uri: string) =>
    Buffer.from(filePath(uri))
      .toString()
      .slice(root.length + 1);
  const name = (one: Sourced) => {
    if (one.kind === 'asset') return below(one.ref.uri);
    return `${one.kind === 'failed' ? one.code : one.reason} ${below(one.ref.uri)}`;
  };
  return (await all(directorySource({ path: root, ...options }))).map(name);
}

describe('a directory', () => {
  it('yields every file at every depth, hidden ones too, in the order of names', async () => {
    const root = tree('b.jpg', 'a/z.jpg', 'a/.hidden/x', '.env', 'a/b/c/d/e', 'B.jpg', 'a.jpg');
    mkdirSync(`${root}/empty`);
    expect(await names(root)).toEqual([
      ...['.env', 'B.jpg', 'a.jpg', 'b.jpg'],
      ...['a/z.jpg', 'a/.hidden/x', 'a/b/c/d/e'],
    ]);
  });

  it('takes no name for a pattern, in the tree or on the way to it', async () => {
    const odd = [
      '[a].jpg',
      '*.jpg',
      '{a,b}.jpg',
      '!x',
      '(y)',
      'a\nb',
      '\r',
      'a\\b',
      '.\\c',
      'constructor',
      '~',
      ' ',
      '?',
    ];
    const root = tree(
      ...odd.map((name) => `[x]/*{1}\n/${name}/${name}`),
      ...odd.map((name) => `[x]/*{1}\n/-${name}`),
    );
    const start = `${root}/[x]/*{1}\n`;
    expect((await names(start)).sort()).toEqual(
      [...odd.map((name) => `${name}/${name}`), ...odd.map((name) => `-${name}`)].sort(),
    );
  });

  it('carries names that are not UTF-8, byte for byte', async () => {
    const root = tree('x/y');
    const raw = Buffer.concat([Buffer.from(`${root}/x/`), Buffer.from([0xff, 0xc3, 0x28, 0x0a, 0x80])]);
    const rawDirectory = Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xe4, 0xb8])]);
    writeFileSync(raw, 'raw');
    mkdirSync(rawDirectory);
    writeFileSync(Buffer.concat([rawDirectory, Buffer.from('/ä\ufffd😀')]), 'in raw');
    const found = await all(directorySource({ path: root }));
    expect(found.map(({ ref }) => ref.uri).sort()).toEqual(
      [
        fileUri(raw),
        fileUri(Buffer.from(`${root}/x/y`)),
        fileUri(Buffer.concat([rawDirectory, Buffer.from('/ä\ufffd😀')])),
      ].sort(),
    );
    // …and the scanned directory itself may be one of those.
    expect(await all(directorySource({ path: rawDirectory }))).toHaveLength(1);
  });

  itWith(['mkfifo'], 'says which links it did not follow, and which pipes are there', async () => {
    const root = tree('a/x', 'elsewhere/y');
    symlinkSync('../elsewhere', `${root}/a/dir`);
    symlinkSync('x', `${root}/a/file`);
    symlinkSync('nothing', `${root}/a/dangling`);
    execFileSync(programPath('mkfifo'), [`${root}/a/pipe`]);
    expect(await names(`${root}/a`)).toEqual([
      'symlink dangling',
      'symlink-outside dir',
      'symlink file',
      'pipe',
      'x',
    ]);
  });

  it('tells links out of what is scanned from those that lead inside, to nothing and to devices', async () => {
    const root = tree('a/x', 'a/b/y', 'a/skip/z', 'out/w');
    const links: Record<string, string> = {
      'a/up': '..',
      'a/self': '.',
      'a/round': '../a/b/../b',
      'a/b/inner': '../x',
      'a/b/twice': '../self/b/inner',
      'a/beside': '../out',
      'a/beside-file': '../out/w',
      'a/chain': 'beside',
      'a/excluded': 'skip/z',
      'a/gone': 'nothing',
      'a/null': '/dev/null',
    };
    for (const [path, target] of Object.entries(links)) symlinkSync(target, `${root}/${path}`);
    symlinkSync('a', `${root}/named`);
    const all = async (start: string, options: Omit<DirectoryOptions, 'path'> = {}) =>
      (await names(`${root}/${start}`, { exclude: ['skip'], ...options }))
        .filter((name) => name.includes(' '))
        .sort();
    const inside = [
      'symlink b/inner',
      'symlink b/twice',
      'symlink gone',
      'symlink null',
      'symlink round',
      'symlink self',
    ];
    const outside = ['beside', 'beside-file', 'chain', 'excluded', 'up'];
    const expected = [...outside.map((name) => `symlink-outside ${name}`), ...inside].sort();
    expect(await all('a')).toEqual(expected);
    // However the directory was named.
    expect(await all('named')).toEqual(expected);
    expect(await all('a', { ignoreSymlinks: true })).toEqual(
      expected.map((name) => name.replace('-outside', '')).sort(),
    );
    // What else is scanned is no longer outside.
    const scope = new Scope();
    scope.addFile(Buffer.from(`${root}/out/w`));
    expect(await all('a', { scope })).toEqual(
      expected.map((name) => (name.endsWith('beside-file') ? 'symlink beside-file' : name)).sort(),
    );
    directorySource({ path: `${root}/out`, scope });
    expect((await all('a', { scope })).filter((name) => name.includes('outside'))).toEqual([
      'symlink-outside excluded',
      'symlink-outside up',
    ]);
  });

  it('does not lose a link to a directory over globs of names', async () => {
    const root = tree('a/x.jpg', 'out/y.jpg', 'out/z.png');
    symlinkSync('../out', `${root}/a/album`);
    symlinkSync('../out/z.png', `${root}/a/z.png`);
    expect(await names(`${root}/a`, { include: ['*.jpg'] })).toEqual(['symlink-outside album', 'x.jpg']);
    expect(await names(`${root}/a`, { include: ['*.jpg'], exclude: ['album'] })).toEqual(['x.jpg']);
  });

  it('follows links when asked, each directory once, round no loop', async () => {
    const root = tree('a/x', 'other/y');
    symlinkSync('..', `${root}/a/up`);
    symlinkSync('.', `${root}/a/self`);
    symlinkSync('../other', `${root}/a/other`);
    symlinkSync('loop', `${root}/a/loop`);
    symlinkSync('x', `${root}/a/file`);
    expect(await names(`${root}/a`, { followSymlinks: true })).toEqual([
      ...['file', 'loop', 'x'],
      ...['other/y'],
    ]);
    expect((await names(root, { followSymlinks: true })).sort()).toEqual([
      'a/file',
      'a/loop',
      'a/x',
      'other/y',
    ]);
  });

  itWith(['POSIX'], 'reports a directory that cannot be read and goes on', async () => {
    const root = tree('a/x', 'closed/secret', 'z/y');
    chmodSync(root, 0o755);
    chmodSync(`${root}/closed`, 0o000);
    await names(root); // loads what is loaded on first use, while that can be read for sure
    expect(await unprivileged(() => names(root))).toEqual(['a/x', 'permission-denied closed', 'z/y']);
    chmodSync(`${root}/closed`, 0o755);
  });

  it('reports a start that is not there, or is no directory', async () => {
    const root = tree('file');
    const [missing] = await all(directorySource({ path: `${root}/no` }));
    expect(missing).toMatchObject({ stage: 'source', code: 'not-found', ref: { uri: `file://${root}/no` } });
    expect(await all(directorySource({ path: `${root}/file` }))).toMatchObject([{ code: 'not-found' }]);
  });
});

describe('globs', () => {
  const files = ['x.jpg', 'x.png', 'a/x.jpg', 'a/b/x.jpg', 'a/b/ä.jpg', 'c/x.jpg', '.h/x.jpg', 'c/d'];

  it.each<[Omit<DirectoryOptions, 'path'>, string[]]>([
    [{ include: ['*.jpg'] }, ['x.jpg', '.h/x.jpg', 'a/x.jpg', 'a/b/x.jpg', 'a/b/ä.jpg', 'c/x.jpg']],
    [{ include: ['*.{png,gif}', 'd'] }, ['x.png', 'c/d']],
    [{ include: ['a/*.jpg', 'a/**/x.jpg'] }, ['a/x.jpg', 'a/b/x.jpg']],
    [{ include: ['a/b/x.jpg', './c/', '/x.png'] }, ['x.png', 'a/b/x.jpg', 'c/d', 'c/x.jpg']],
    [{ include: ['?.jpg'], exclude: ['x.jpg'] }, ['a/b/ä.jpg']],
    [{ exclude: ['a', '.h/', '*.png'] }, ['x.jpg', 'c/d', 'c/x.jpg']],
    [{ exclude: ['a/b', '**/c/x.*'] }, ['x.jpg', 'x.png', '.h/x.jpg', 'a/x.jpg', 'c/d']],
    [{ include: ['a/**'], exclude: ['b'] }, ['a/x.jpg']],
    [{ exclude: ['**'] }, []],
  ])('%j', async (options, expected) => {
    expect((await names(tree(...files), options)).sort()).toEqual([...expected].sort());
  });

  it('match special characters where they are escaped', async () => {
    const root = tree('[1].jpg', '1.jpg', 'a\\b', 'a\nb');
    expect(await names(root, { include: ['\\[1\\].jpg', 'a\\\\b', 'a\nb'] })).toEqual([
      '[1].jpg',
      'a\nb',
      'a\\b',
    ]);
  });

  itWith(['POSIX'], 'does not enter what is excluded', async () => {
    const root = tree('a/x', 'closed/x');
    chmodSync(root, 0o755);
    chmodSync(`${root}/closed`, 0o000);
    await names(root);
    expect(await unprivileged(() => names(root, { exclude: ['closed'] }))).toEqual(['a/x']);
    chmodSync(`${root}/closed`, 0o755);
  });

  it.each(['', '!*.png', '../x', 'a/../b'])('refuses %j, which cannot be meant', (glob) => {
    expect(() => directorySource({ path: '/tmp', include: [glob] })).toThrow(UsageError);
    expect(() => directorySource({ path: '/tmp', exclude: [glob] })).toThrow(UsageError);
  });
});

describe('many files', () => {
  it('are listed no faster than they are taken', async () => {
    const root = tree();
    for (let d = 0; d < 20; d++) {
      mkdirSync(`${root}/${d}`);
      for (let f = 0; f < 50; f++) writeFileSync(`${root}/${d}/${f}`, '');
    }
    const list = directorySource({ path: root }).list()[Symbol.asyncIterator]();
    expect(displayUri(((await list.next()).value as Sourced).ref.uri)).toBe(`${root}/0/0`);
    // What comes later has not been looked at yet: it still changes what is found.
    writeFileSync(`${root}/9/late`, '');
    let count = 1;
    let late = false;
    for (let next = await list.next(); !next.done; next = await list.next()) {
      count += 1;
      late ||= next.value.ref.uri.endsWith('/late');
    }
    expect(count).toBe(1001);
    expect(late).toBe(true);
  });

  it('in one directory are all found, once, with what is below and beside it', async () => {
    const deep = '[x]/many\nfiles';
    const root = tree('beside/x', ...['a', 'n', 'z'].map((name) => `${deep}/${name}/below`));
    const numbers = Array.from({ length: 10_000 }, (_, i) => `${deep}/${i}`);
    for (const path of numbers) writeFileSync(`${root}/${path}`, '');
    const found = await names(root);
    const expected = [...numbers, 'beside/x', ...['a', 'n', 'z'].map((name) => `${deep}/${name}/below`)];
    expect(found.length).toBe(expected.length);
    expect(new Set(found)).toEqual(new Set(expected));
    expect(await names(`${root}/${deep}`)).toHaveLength(10_003);
    const some = await names(root, { include: ['\\[x\\]/**/*7', 'below'], exclude: ['n', '99*'] });
    const wanted = numbers.filter((path) => path.endsWith('7') && !path.includes('/99'));
    expect(new Set(some)).toEqual(new Set([...wanted, `${deep}/a/below`, `${deep}/z/below`]));
    expect(some.length).toBe(wanted.length + 2);
  });
});
