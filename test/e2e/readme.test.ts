import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allOptions } from '../../src/options/table.js';
import { hashsieve, root } from '../support/cli.js';

const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('README', () => {
  it('shows the usage that --help prints (npm run usage brings it up to date)', async () => {
    const { code, stdout } = await hashsieve(['--help']);
    expect(code).toBe(0);
    const [, block] = /<!-- usage -->\n+```text\n([\s\S]*?)```\n+<!-- \/usage -->/.exec(readme) ?? [];
    expect(block).toBe(stdout);
  });

  it('links only to files that are there', () => {
    const links = [...readme.matchAll(/\]\(((?!https?:)[^)#]+)/g)].map(([, path]) => path!);
    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('has the two commands of a newcomer', async () => {
    expect(readme).toContain('    npm ci && npm test\n');
    const demo = /npm ci && node bin\/hashsieve\.js (.*)\n/.exec(readme)![1]!;
    const { code, stdout } = await hashsieve(demo.split(' '));
    expect(code).toBe(10);
    expect(stdout.match(/^MATCH/gm)).toHaveLength(3);
  });
});

describe('every subcommand', () => {
  it('explains itself with options, defaults and exit codes', async () => {
    const { stdout } = await hashsieve(['--help']);
    const names = [...stdout.matchAll(/^ {2}([a-z]+) .*$/gm)].map(([, name]) => name!);
    expect(names.length).toBeGreaterThanOrEqual(4);
    for (const name of names.filter((one) => one !== 'help')) {
      const help = await hashsieve([name, '--help']);
      expect(help.code).toBe(0);
      expect(help.stdout).toMatch(new RegExp(`^Usage: hashsieve ${name}`));
    }
  });
});

describe('the documents', () => {
  it('explain every option somewhere', async () => {
    const names = readdirSync(join(root, 'docs')).filter(
      (name) => /\.md$/.test(name) && name !== 'settings.md',
    );
    const texts = names.map((name) => readFileSync(join(root, 'docs', name), 'utf8'));
    const text = [readme, ...texts].join('\n');
    const isThere = (flag: string) => new RegExp(`[ \`]${flag}(?![\\w-])`).test(text);
    const unknown = Object.values(await allOptions()).filter(
      ({ flags }) => !flags.match(/(?<![\w-])--?[a-z][\w-]*/g)!.some(isThere),
    );
    expect(unknown.map(({ flags }) => flags)).toEqual([]);
  });
});

describe('docs/exit-codes.md', () => {
  const text = readFileSync(join(root, 'docs/exit-codes.md'), 'utf8');
  const stages = [
    ...['sources', 'fetchers', 'net', 'containers', 'decoders', 'fingerprints', 'matching', 'matchers'],
    ...['runners', 'core'],
  ];
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .filter((name) => stages.includes(name.split('/')[0]!) || /^([\w-]+|.*rematch)\.ts$/.test(name))
    .map((name) => readFileSync(join(root, 'src', name), 'utf8'))
    .join('\n');
  const found = (...patterns: RegExp[]) => [
    ...new Set(patterns.flatMap((pattern) => [...sources.matchAll(pattern)].map(([, name]) => name!))),
  ];

  it('has every reason for which the program skips', () => {
    const reasons = found(/new Skip\(\s*'([a-z-]+)'/g, /reason: '([a-z-]+)',\s*message/g);
    expect(reasons).toEqual(expect.arrayContaining(['robots', 'encrypted', 'not-computed']));
    expect(reasons.filter((reason) => !text.includes(`\n| \`${reason}\` |`))).toEqual([]);
  });

  it('has every code with which an asset fails', () => {
    const codes = found(
      /(?:StageError|HttpFailure|MatcherFailure|failure|fail)\((?:\s*'[a-z]+',)?\s*'([a-z][a-z\d]*-[a-z\d-]+)'/g,
      /sourceFailure\(\s*[\w.]+,\s*'([a-z][a-z\d]*-[a-z\d-]+)'/g,
      /code: '([a-z\d]+-[a-z\d-]+|undecodable)'/g,
      /: \['([a-z\d]+-[a-z\d-]+|archived)', '/g,
    );
    expect(codes).toEqual(
      expect.arrayContaining([
        'too-large',
        'list-damaged',
        'page-limit',
        'wrong-region',
        'plugin-failed',
        'remote-answer',
      ]),
    );
    expect(codes.filter((code) => !text.includes(`/${code}\``))).toEqual([]);
  });
});
