import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
