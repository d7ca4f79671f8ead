import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { writeConfigTemplate } from '../../src/app/init.js';
import {
  configuredMatchers,
  loadConfig,
  notifyConfig,
  pluginSources,
  syncedLists,
} from '../../src/config/index.js';
import { configSchema } from '../../src/manual/index.js';
import { allOptions } from '../../src/options/index.js';

const options = await allOptions();
const schema = configSchema(options);
const validate = new Ajv({ strict: false }).compile(schema);
const file = new URL('../../docs/schemas/config.schema.json', import.meta.url);

/** Whether the program takes a configuration with all its blocks. */
async function isTaken(content: object): Promise<boolean> {
  const path = join(mkdtempSync(join(tmpdir(), 'hashsieve-')), 'config.json');
  writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
  try {
    const config = await loadConfig({
      named: path,
      environment: {},
      directory: '/',
      options: async () => options,
    });
    notifyConfig(config);
    syncedLists(config, { HOME: '/root' });
    configuredMatchers(config);
    await pluginSources(config);
    return true;
  } catch (error) {
    if ((error as Error).name === 'UsageError' || /^configuration /.test((error as Error).message))
      return false;
    throw error;
  }
}

const email = { type: 'email', host: 'mail.example.org', from: 'a@example.org', to: ['b@example.org'] };
const notified = (targets: object, more: object = {}) => ({ notify: { targets, ...more } });
const shield = { type: 'arachnid-shield', user: 'site' };

describe('the schema of the configuration', () => {
  it('is the file that editors read: npm run schemas', () => {
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it.each([
    [{}],
    [
      {
        $schema: 'x',
        $comment: ['a'],
        list: ['known.csv'],
        maxBytes: '50MB',
        noLedger: true,
        timeout: '30s',
      },
    ],
    [{ list: 'known.csv', jobs: 2, threshold: { pdq: 24 }, useLedger: false, allowUnsupported: true }],
    [{ jobs: '2', maxBytes: 5000, timeout: 30, format: 'csv', allowUnsupported: ['unknown-format'] }],
    [notified({ a: email })],
    [notified({ a: { ...email, port: 25, tls: 'none' } }, { when: 'daily', interval: 60 })],
    [notified({ a: { type: 'webhook', url: 'https://a.example/', secretFile: 'secret' } })],
    [notified({ a: { type: 'command', command: ['tell', '-x'] }, b: { type: 'ntfy', topic: 't' } })],
    [
      {
        exchanges: { $comment: 'x', a: { $comment: 'y', type: 'file', url: 'https://a.example/known.csv' } },
      },
    ],
    [{ exchanges: { a: { type: 'ncmec', base: 'industry', timeout: '2m', maxBytes: '1GB' } } }],
    [{ matchers: { s: { ...shield, looks: 'upright', connections: 2, rate: 0.5, keepNo: '3d' } } }],
    [{ matchers: { h: { type: 'hma', url: 'https://a.example', category: 'csam', token: { env: 'T' } } } }],
  ])('and the program take the same: %j', async (content) => {
    expect({ taken: await isTaken(content), errors: validate(content) ? null : validate.errors }).toEqual({
      taken: true,
      errors: null,
    });
  });

  it.each([
    [{ lists: ['known.csv'] }],
    [{ list: [] }],
    [{ maxBytes: 'much' }],
    [{ timeout: '3 weeks' }],
    [{ jobs: 0 }],
    [{ noLedger: 'yes' }],
    [{ format: 'pdf' }],
    [{ threshold: 31 }],
    [{ allowUnsupported: ['robots'] }],
    [{ urls: 'urls.txt' }],
    [{ notify: [] }],
    [{ notify: { when: 'at-once' } }],
    [notified({})],
    [notified({ a: { ...email, to: 'b@example.org' } })],
    [notified({ a: { ...email, port: 0 } })],
    [notified({ a: { ...email, tls: 'ssl' } })],
    [notified({ a: { ...email, hots: 'x' } })],
    [notified({ a: { type: 'fax' } })],
    [notified({ a: { type: 'webhook', url: 'https://a.example/' } })],
    [notified({ a: { type: 'matrix', url: 'https://a.example', room: '!a' } })],
    [notified({ a: { type: 'command', command: 'tell' } })],
    [notified({ a: email }, { interval: 0 })],
    [notified({ a: email }, { whenn: 'daily' })],
    [{ exchanges: { A: { type: 'file', url: 'https://a.example/' } } }],
    [{ exchanges: { a: { type: 'file' } } }],
    [{ exchanges: { a: { type: 'ftp', url: 'https://a.example/' } } }],
    [{ exchanges: { a: { type: 'file', url: 'https://a.example/', user: 'x' } } }],
    [{ exchanges: { a: { type: 'ncmec', base: 'other' } } }],
    [{ matchers: { s: { ...shield, looks: 'all' } } }],
    [{ matchers: { s: { ...shield, password: 'in the open' } } }],
    [{ matchers: { h: { type: 'hma', category: 'csam' } } }],
    [{ plugins: { photodna: { module: 'x.js', bits: 144 } } }],
    [{ plugins: { photodna: { program: ['x'], bits: 144, threshold: 1 } } }],
  ])('and the program refuse the same: %j', async (content) => {
    expect({ taken: await isTaken(content), valid: validate(content) }).toEqual({
      taken: false,
      valid: false,
    });
  });

  it('is named by what init writes, and knows every key of it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hashsieve-'));
    const { path } = await writeConfigTemplate(join(folder, 'config.json'));
    const written = JSON.parse(readFileSync(path, 'utf8'));
    expect(readFileSync(new URL(written.$schema), 'utf8')).toContain('hashsieve/config/1');
    validate(written);
    expect((validate.errors ?? []).filter(({ keyword }) => keyword === 'additionalProperties')).toEqual([]);
  });
});
