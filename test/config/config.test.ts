import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromEnvironment, kinds, loadConfig, notifyConfig, strayVariables } from '../../src/config/index.js';
import { UsageError } from '../../src/core/errors.js';
import { allOptions } from '../../src/options/table.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hashsieve-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Loads a configuration of this content, from its own folder. */
async function load(content: unknown, named = 'c.json') {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(join(directory, 'c.json'), text);
  return loadConfig({ named, environment: {}, directory, options: allOptions });
}

describe('a configuration', () => {
  it('sets options, paths from its own folder on, and keeps its blocks apart', async () => {
    const config = await load(
      '\ufeff{"list": ["a.csv", "/b.csv"], "timeout": "5s", "operator": {"name": "x"}}',
    );
    expect(config.options).toMatchObject({ list: [join(directory, 'a.csv'), '/b.csv'], timeout: 5 });
    expect(config.blocks).toEqual({ operator: { name: 'x' } });
  });

  it.each([
    ['{', 'is no JSON'],
    ['[]', 'expected an object'],
    [{ nonsense: 1 }, 'key "nonsense" is unknown; known are'],
    [{ urls: ['x'] }, 'give it on the command line as --urls'],
    [{ format: 'xml' }, 'choose one of text, json'],
    [{ timeout: '2h' }, 'more than 1h'],
    [{ timeout: [] }, 'timeout'],
  ])('%j is refused by name', async (content, message) => {
    await expect(load(content)).rejects.toThrow(UsageError);
    await expect(load(content)).rejects.toThrow(message as string);
  });

  it('names every known key once', async () => {
    const { message } = (await load({ nonsense: 1 }).catch((error: unknown) => error)) as Error;
    const known = message.split('known are ')[1]!.split(', ');
    expect(known).toEqual([...new Set(known)]);
    expect(known).toContain('algorithm');
  });

  it('is a regular file, behind links too, and never a device', async () => {
    await expect(load({}, '/dev/zero')).rejects.toThrow('expected a regular file');
    await expect(load({}, '/dev/null')).rejects.toThrow('expected a regular file');
    await expect(load({}, 'nothing.json')).rejects.toThrow('cannot be read');
    symlinkSync('c.json', join(directory, 'link.json'));
    expect((await load({ timeout: '7s' }, 'link.json')).options).toEqual({ timeout: 7 });
  });

  it('is that of the user or the system, and none where neither is there', async () => {
    const found = await loadConfig({
      environment: { XDG_CONFIG_HOME: directory },
      directory,
      options: allOptions,
    });
    expect(found).toEqual({ options: {}, blocks: {} });
  });
});

describe('the environment', () => {
  it('sets options by their names, and what it does not know is told', async () => {
    const options = await allOptions();
    const environment = { HASHSIEVE_TIMEOUT: '4s', HASHSIEVE_TIMEOUTS: '5s', OTHER: 'x' };
    expect(fromEnvironment('timeout', options, environment)).toEqual({ value: 4 });
    expect(fromEnvironment('timeout', options, { HASHSIEVE_TIMEOUT: '' })).toBeUndefined();
    expect(() => fromEnvironment('timeout', options, { HASHSIEVE_TIMEOUT: 'x' })).toThrow(
      'HASHSIEVE_TIMEOUT',
    );
    const stray = await strayVariables(environment, options, async () => options);
    expect(stray.map((line) => /HASHSIEVE_\w+/.exec(line)?.[0])).toEqual(['HASHSIEVE_TIMEOUTS']);
  });
});

describe('values', () => {
  it.each([
    ['duration', '90', 90],
    ['duration', '1 year', undefined],
    ['duration', '2m', 120],
    ['bytes', '1MB', 1_000_000],
    ['bytes', '1 apple', undefined],
    ['count', '0', undefined],
    ['count', '12', 12],
  ] as const)('%s %s', (kind, text, value) => {
    const read = () => (kinds[kind] as (text: string, name: string) => unknown)(text, '--x');
    if (value === undefined) expect(read).toThrow(/--x/);
    else expect(read()).toBe(value);
  });
});

describe('the block notify', () => {
  const command = { type: 'command', command: ['true'] };
  const hook = { type: 'webhook', url: 'ftp://x/', secretFile: 'none' };

  it('is read whole, and refused by the place of its fault', () => {
    expect(notifyConfig({ options: {}, blocks: {} })).toBeUndefined();
    const of = (notify: unknown) => notifyConfig({ path: '/c.json', options: {}, blocks: { notify } });
    expect(of({ targets: { ops: command } })).toMatchObject({
      when: 'at-once',
      interval: 60,
      targets: [{ name: 'ops', type: 'command', directory: '/' }],
    });
    expect(() => of({ targets: { web: hook } })).toThrow(/web\.url.*https/);
    expect(() => of({ targets: { ops: { ...command, nonsense: 1 } } })).toThrow(/nonsense/);
    expect(() => of({ targets: { ops: command }, wen: 'x' })).toThrow(/wen/);
  });
});
