import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  blockAddresses,
  checkDraftDirectory,
  draftLetters,
  draftReports,
  submitDraft,
} from '../../src/app/index.js';
import { event, operator } from '../reports/cases.js';
import { tempDir } from '../support/cli.js';
import { CyberTip } from '../support/cybertip.js';
import { listener } from './pictures.js';

let dir: string;
let file: string;
let endpoint: string;
let service: CyberTip;
const at = (...names: string[]) => join(dir, ...names);
const digest = (name: string, bytes: Uint8Array) => createHash(name).update(bytes).digest('hex');
const config = { blocks: { operator } };
/** Without a ledger. */
const given = () => ({ events: [at('events.jsonl')], drafts: at('reports'), useLedger: false });

beforeEach(async () => {
  dir = tempDir();
  file = at('upload.jpg');
  writeFileSync(file, 'no picture');
  const bytes = readFileSync(file);
  const digests = {
    md5: digest('md5', bytes),
    sha1: digest('sha1', bytes),
    sha256: digest('sha256', bytes),
  };
  const events = [event(1, 'https://a.example/1.jpg', { digests })];
  writeFileSync(at('events.jsonl'), events.map((one) => `${JSON.stringify(one)}\n`).join(''));
  service = new CyberTip();
  endpoint = await service.listen();
});
afterEach(() => service.close());

it('a report is drafted, found sound, and filed with what stands in for the service', async () => {
  const { paths, ...drafted } = await draftReports({ ...given(), authority: 'ncmec' }, { config });
  expect(drafted).toEqual({ detections: 1, refused: 0, noted: true });
  const [draft] = paths as [string];
  expect(await checkDraftDirectory(draft)).toMatchObject({ findings: [], edited: [] });

  const options = { service: 'ncmec', endpoint, retryWait: 0.001, useLedger: false };
  const environment = { HASHSIEVE_NCMEC_USER: 'esp', HASHSIEVE_NCMEC_PASSWORD: 'secret' };
  await expect(submitDraft(draft, options, { environment })).rejects.toThrow('not named');
  await expect(submitDraft(draft, { ...options, files: [file] })).rejects.toThrow('no credentials');
  expect(service.log).toEqual([]);
  const filed = await submitDraft(draft, { ...options, files: [file] }, { environment });
  expect(filed).toMatchObject({ outcome: 'filed', service: 'test', already: false, interrupted: false });
  expect(service.finished).toHaveLength(1);
  expect(await submitDraft(draft, { ...options, files: [file] }, { environment })).toMatchObject({
    outcome: 'filed',
    already: true,
  });
  expect(service.finished).toHaveLength(1);
});

it('production is asked for by nobody but a person: without one nothing is sent', async () => {
  const [draft] = (await draftReports({ ...given(), authority: 'ncmec' }, { config })).paths as [string];
  const environment = { HASHSIEVE_NCMEC_USER: 'esp', HASHSIEVE_NCMEC_PASSWORD: 'secret' };
  const options = { service: 'ncmec', endpoint, production: true, files: [file], useLedger: false };
  await expect(submitDraft(draft, options, { environment })).rejects.toThrow("a person's yes");
  const asked: string[] = [];
  const confirm = async (told: string) => {
    asked.push(told);
    throw new Error('no');
  };
  await expect(submitDraft(draft, options, { environment }, { confirm })).rejects.toThrow('no');
  expect(asked).toEqual([(await checkDraftDirectory(draft)).digest]);
  expect(service.log).toEqual([]);
});

it('a draft that is there already is not made again, and tests are refused', async () => {
  const { heard, voice } = listener();
  const around = { config, voice };
  const options = { ...given(), authority: 'ncmec' };
  const [path] = (await draftReports(options, around)).paths;
  expect(await draftReports(options, around)).toMatchObject({ detections: 1, paths: [] });
  expect(heard).toMatchObject([expect.stringContaining(`already drafted`)]);
  expect(heard[0]).toContain(path);
  await expect(draftReports({ ...options, authority: 'nobody' }, around)).rejects.toThrow('no receiver');
  await expect(draftReports(options)).rejects.toThrow('no configuration file');
});

it('a letter to the host is drafted for whom it is told, and rules take the address offline', async () => {
  const options = { ...given(), receiver: 'host', recipient: ['abuse@host.example'] };
  const { paths } = await draftLetters(options, { config });
  expect(readdirSync(paths[0]!)).toContain('letter.eml');
  expect(readFileSync(join(paths[0]!, 'letter.eml'), 'utf8')).toMatch(/^To: abuse@host\.example/m);
  await expect(draftLetters({ ...options, recipient: ['nobody'] }, { config })).rejects.toThrow(
    'not an e-mail address',
  );
  const { events } = given();
  const blocked = await blockAddresses({ events, blockFormat: 'nginx', ruleFile: at('rules.conf') });
  expect(blocked).toMatchObject({ kept: [], lifted: [], left: [], exempted: [] });
  expect(blocked.rules).toHaveLength(1);
  expect(readFileSync(at('rules.conf'), 'utf8')).toBe(blocked.text);
});
