import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashsieve, tempDir } from '../support/cli.js';
import { describeWith } from '../support/programs.js';
import { inTerminal, terminalNeeds } from '../support/terminal.js';

const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

describe('init without a terminal', () => {
  it('writes the sources that fit and the next steps from what its options say, for their owner only', async () => {
    const cwd = tempDir();
    const told = await hashsieve(['init', '-y', '--country', 'uk', '--uploads', '20000', '--company'], {
      cwd,
    });
    expect(told).toMatchObject({ code: 0, stdout: '' });
    expect(told.stderr).toMatch(/1\. Image Intercept[\s\S]*2\. Shield/);
    const steps = read(cwd, 'NEXT-STEPS.md');
    expect(steps).toMatch(/a company or organisation in GB.*about 20000 pictures a month/);
    expect(steps).toMatch(/the form asks: name, role.*2026-10-10/);
    const config = JSON.parse(read(cwd, 'hashsieve.config.json'));
    expect(config).toMatchObject({
      operator: { jurisdiction: 'uk', reporter: { address: { country: 'GB' } } },
      exchanges: { stopncii: { type: 'stopncii' }, shared: { type: 'file' } },
    });
    for (const name of ['NEXT-STEPS.md', 'hashsieve.config.json'])
      expect(statSync(join(cwd, name)).mode & 0o777).toBe(0o600);
    const shown = await hashsieve(['scan', '.', '--config', 'hashsieve.config.json', '--print-config'], {
      cwd,
    });
    expect(shown.code).toBe(0);
  });

  it('never asks, names what is missing or wrong, and then writes nothing', async () => {
    const cwd = tempDir();
    const refused = async (...args: string[]) => {
      const { code, stderr } = await hashsieve(['init', ...args], { cwd, input: 'DE\n' });
      expect(code).toBe(2);
      return stderr;
    };
    expect(await refused('--yes')).toMatch(/--country is missing/);
    expect(await refused('--country', 'Germany')).toMatch(/--country: "Germany" is no country code/);
    expect(await refused('--country', 'XX')).toMatch(/no country code/);
    expect(await refused('--country', 'DE', '--kind', 'shop')).toMatch(/--kind: "shop" is unknown.*forum/);
    expect(existsSync(join(cwd, 'hashsieve.config.json'))).toBe(false);
    writeFileSync(join(cwd, 'NEXT-STEPS.md'), 'mine');
    expect(await refused('--country', 'DE')).toMatch(/NEXT-STEPS\.md is there already/);
    expect([read(cwd, 'NEXT-STEPS.md'), existsSync(join(cwd, 'hashsieve.config.json'))]).toEqual([
      'mine',
      false,
    ]);
  });

  it('writes the plain configuration where nothing is said, and hints at the guide', async () => {
    const cwd = tempDir();
    const told = await hashsieve(['init'], { cwd });
    expect(told).toMatchObject({ code: 0, stderr: expect.stringMatching(/--yes --country/) });
    expect(existsSync(join(cwd, 'NEXT-STEPS.md'))).toBe(false);
  });
});

describeWith(terminalNeeds, 'init at a terminal', () => {
  it('asks until it has an answer, and takes empty lines for the default', async () => {
    const folder = tempDir();
    const answer = (output: string, keys: string) => ({ when: { output }, do: { keys: `${keys}\n` } });
    const shown = await inTerminal(
      ['init', join(folder, 'config.json')],
      [
        answer('In which country', 'Atlantis'),
        answer('no country code', 'nl'),
        answer('What is it', 'hosting'),
        answer('How many pictures', '1.500.000'),
        answer('registered company', ''),
        answer('Cloudflare', 'yes'),
        answer('Who sees', ''),
      ],
    );
    expect(shown).toMatchObject({ code: 0, hung: false, stepsLeft: 0 });
    expect(shown.output).toMatch(/second net[\s\S]*1\. Instant Image Identifier/);
    expect(read(folder, 'NEXT-STEPS.md')).toMatch(/a person in NL.*1500000 pictures.*behind Cloudflare/);
  });

  it('writes nothing where the person leaves', async () => {
    for (const keys of ['\u0003', '\u0004']) {
      const folder = tempDir();
      const shown = await inTerminal(
        ['init', join(folder, 'config.json')],
        [{ when: { output: 'In which country' }, do: { keys } }],
      );
      expect(shown.hung).toBe(false);
      expect(shown.code).toBe(keys === '\u0003' ? 130 : 2);
      expect(existsSync(join(folder, 'config.json'))).toBe(false);
    }
  });
});
