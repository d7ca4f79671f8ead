import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { filePath } from '../../src/core/uri.js';
import { fileSource } from '../../src/sources/file.js';
import { pathListSource } from '../../src/sources/path-list.js';
import { tellTarget } from '../../src/sources/target.js';
import type { Sourced } from '../../src/sources/types.js';
import { urlSource } from '../../src/sources/url.js';
import { urlListSource } from '../../src/sources/url-list.js';
import { all, tree } from './tree.js';

/** A stream that hands the text out in pieces: single bytes, unless it is long. */
function trickle(text: string | Buffer) {
  const bytes = Buffer.from(text as Buffer);
  const piece = bytes.length < 1000 ? 1 : 997;
  const count = Math.ceil(bytes.length / piece);
  return {
    stream: Readable.from(
      Array.from({ length: count }, (_, i) => bytes.subarray(i * piece, (i + 1) * piece)),
    ),
  };
}
const show = (one: Sourced) =>
  one.kind === 'asset'
    ? one.ref.uri.startsWith('file:')
      ? Buffer.from(filePath(one.ref.uri)).toString('latin1')
      : one.ref.uri
    : `${one.kind === 'failed' ? one.code : one.reason}: ${one.message}`;

async function paths(text: string | Buffer, nullSeparated = false, cwd = '/work dir'): Promise<string[]> {
  return (await all(await pathListSource({ input: trickle(text), nullSeparated, cwd }))).map(show);
}
async function urls(text: string | Buffer): Promise<string[]> {
  return (await all(await urlListSource({ input: trickle(text), cwd: '/' }))).map(show);
}

describe('a list of paths', () => {
  it('takes lines with LF or CRLF, the last one with or without, and passes over blank ones', async () => {
    expect(await paths('a\r\n\n/b/c\n\r\nd e')).toEqual(['/work dir/a', '/b/c', '/work dir/d e']);
    expect(await paths('')).toEqual([]);
    expect(await paths('a\na\n')).toEqual(['/work dir/a', '/work dir/a']);
  });

  it('takes items that end with NUL, newlines and all', async () => {
    expect(await paths('a\nb\0c\r\0\0#d', true)).toEqual(['/work dir/a\nb', '/work dir/c\r', '/work dir/#d']);
  });

  it('tells links to directories of which it names nothing', async () => {
    const root = tree('a/x', 'empty/x');
    mkdirSync(`${root}/none`);
    for (const name of ['a', 'none']) symlinkSync(name, `${root}/to-${name}`);
    const reasons = async (text: string, ignoreSymlinks = false) =>
      (await all(await pathListSource({ input: trickle(text), cwd: root, ignoreSymlinks }))).map((one) =>
        one.kind === 'asset' ? 'file' : one.kind === 'skipped' && one.reason,
      );
    // As `find`, `find -L` and `git ls-files` list them.
    expect(await reasons('a\na/x\nto-a\nto-none\n')).toEqual([
      'directory',
      'file',
      'symlink-outside',
      'directory',
    ]);
    expect(await reasons('to-a\nto-a/x\nto-a\nempty\nto-a')).toEqual([
      ...['directory', 'file', 'symlink-outside', 'directory', 'symlink-outside'],
    ]);
    expect(await reasons('to-a\n', true)).toEqual(['symlink']);
  });

  it('takes raw bytes', async () => {
    expect(await paths(Buffer.from('x\xff\xe4\n\xf6', 'latin1'))).toEqual([
      '/work dir/x\xff\xe4',
      '/work dir/\xf6',
    ]);
  });

  it('starts relative paths from the working directory, and never guesses what ".." after a name means', async () => {
    expect(await paths('./a//b/./c\n../x\n../../../y\nlink/../z', false, '/one/two')).toEqual([
      '/one/two/a/b/c',
      '/one/x',
      '/y',
      '/one/two/link/../z',
    ]);
  });

  it('passes over the directories that `find` lists, and says so', async () => {
    const root = tree('a/x');
    expect(await paths('.\na\na/x\na/gone\n', false, root)).toEqual([
      expect.stringMatching(/^directory: /),
      expect.stringMatching(/^directory: /),
      `${root}/a/x`,
      `${root}/a/gone`,
    ]);
  });

  it('names the line of what can be no path, and goes on', async () => {
    const found = await paths(`a\n${'x'.repeat(70_000)}\nb\nc\0d\n`);
    expect(found).toEqual([
      '/work dir/a',
      'bad-path: standard input line 2: too long to be a path',
      '/work dir/b',
      'bad-path: standard input line 4: holds a NUL byte; is the list separated by them (--null)?',
    ]);
    expect(await paths(`${'x'.repeat(70_000)}\0b`, true)).toEqual([
      'bad-path: standard input item 1: too long to be a path',
      '/work dir/b',
    ]);
  });

  it('reads a named file, relative to the working directory', async () => {
    const root = tree();
    writeFileSync(`${root}/list`, 'x\ny\n');
    const source = await pathListSource({ input: { path: 'list' }, cwd: root });
    expect(source.label).toBe(`${root}/list`);
    expect((await all(source)).map(show)).toEqual([`${root}/x`, `${root}/y`]);
  });

  it('is a usage error where it is missing or a directory', async () => {
    const root = tree('d/x');
    const open = (path: string) => pathListSource({ input: { path }, cwd: root });
    await expect(open('no')).rejects.toThrow(UsageError);
    await expect(open('no')).rejects.toThrow(`--files-from ${root}/no: no such file`);
    await expect(open('d')).rejects.toThrow(/d: is a directory/);
  });

  it('reports a list that breaks off', async () => {
    const broken = async function* () {
      yield Buffer.from('a\nb');
      throw Object.assign(new Error('input/output error'), { code: 'EIO' });
    };
    expect((await all(await pathListSource({ input: { stream: broken() }, cwd: '/w' }))).map(show)).toEqual([
      '/w/a',
      'read-error: cannot be listed (EIO)',
    ]);
  });
});

describe('a list of URLs', () => {
  it('takes one a line, without comments, blank lines and a byte order mark', async () => {
    expect(
      await urls(
        '\ufeffhttps://a.example/x.jpg\r\n\n  # note\n#http://b.example/\n\thttp://b.example:8080/y?z#frag ',
      ),
    ).toEqual(['https://a.example/x.jpg', 'http://b.example:8080/y?z']);
  });

  it('names the line of what is no http(s) URL and never shows it', async () => {
    const found = await urls(
      'http://\n/etc/passwd\nfile:///etc/passwd\nftp://x/y\nhttps://ok.example/\njavascript:x\n',
    );
    expect(found).toEqual([
      'bad-url: standard input line 1: not an absolute http(s) URL',
      'bad-url: standard input line 2: not an absolute http(s) URL',
      'bad-url: standard input line 3: file: URLs are not fetched, only http(s)',
      'bad-url: standard input line 4: ftp: URLs are not fetched, only http(s)',
      'https://ok.example/',
      'bad-url: standard input line 6: javascript: URLs are not fetched, only http(s)',
    ]);
  });

  it('refuses credentials without repeating them', async () => {
    const found = await all(
      await urlListSource({
        input: trickle('https://me:s3cret@a.example/\nhttps://me@a.example/'),
        cwd: '/',
      }),
    );
    expect(found).toMatchObject([{ code: 'url-credentials' }, { code: 'url-credentials' }]);
    expect(JSON.stringify(found)).not.toMatch(/s3cret|me@|me:/);
  });

  it('is a usage error where it is missing', async () => {
    await expect(urlListSource({ input: { path: '/no/such' }, cwd: '/' })).rejects.toThrow(
      '--urls /no/such: no such file',
    );
  });
});

describe('a target on the command line', () => {
  it('is told apart by what is there', async () => {
    const root = tree('dir/file', 'https:/x');
    mkdirSync(`${root}/--odd`);
    expect(await tellTarget('-', root)).toEqual({ kind: 'stdin' });
    expect(await tellTarget('dir', root)).toEqual({ kind: 'directory', path: Buffer.from(`${root}/dir`) });
    expect(await tellTarget('dir/../dir/file', root)).toMatchObject({ kind: 'file' });
    expect(await tellTarget('--odd', root)).toMatchObject({ kind: 'directory' });
    expect(await tellTarget('HTTPS://A.example/x#y', root)).toEqual({
      kind: 'url',
      url: 'https://a.example/x',
    });
    expect(await all(fileSource({ path: `${root}/dir/file` }))).toEqual([
      { kind: 'asset', ref: { uri: `file://${root}/dir/file` } },
    ]);
    expect(await all(urlSource({ url: 'http://a.example' }))).toEqual([
      { kind: 'asset', ref: { uri: 'http://a.example/' } },
    ]);
  });

  it.each([
    ['gone', 'gone: no such file or directory'],
    ['a\u001b[2J', 'a\\x1b[2J: no such file or directory'],
    ['', /empty/],
    ['ftp://host/x', 'ftp: URLs are not fetched, only http, https and s3'],
    ['https://u:p@host/', /user name or password/],
    ['http://', /not an absolute/],
  ])('%j is a usage error', async (text, message) => {
    const error = await tellTarget(text, tree()).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('u:p');
  });
});
