import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { checkDraft, readManifest } from '../../src/reports/assemble.js';
import { type AuthorityName, authorities } from '../../src/reports/index.js';
import { cases, event, now, operator } from '../reports/cases.js';
import { draftsOf, filesOf } from '../reports/draft-case.js';

const draftOf = (name: AuthorityName) => draftsOf(cases['several-lists']!, name)[0]!;

describe.each(Object.keys(authorities) as AuthorityName[])('%s keeps the contract of authorities', (name) => {
  it('drafts text files only, marks them as a draft, and finds nothing wrong with its own draft', () => {
    const draft = draftOf(name);
    expect(draft.name).toMatch(new RegExp(`^${name}-[0-9a-f]{16}$`));
    expect(draft.files['CHECKLIST.md']).toMatch(/^# DRAFT for /);
    expect(draft.files['manifest.json']).toContain('"draft": "DRAFT');
    for (const file of Object.keys(draft.files)) expect(file).toMatch(/\.(xml|json|md|txt)$/);
    expect(checkDraft(filesOf(draft), now)).toEqual([]);
  });

  it('records every event with lists, versions, entries, distances, thresholds and who looked', () => {
    const manifest = JSON.parse(draftOf(name).files['manifest.json']!);
    const [given] = cases['several-lists']!.events;
    expect(manifest.lists).toEqual(given!.lists);
    expect(manifest.events[0]).toMatchObject({ id: given!.id, digests: given!.digests, review: null });
    expect([...manifest.events[0].matches, ...manifest.events[0].otherMatches]).toEqual(given!.matches);
    expect(manifest.tool).toEqual({ name: 'hashsieve', version: '0.1.0' });
    const read = readManifest(draftOf(name).files['manifest.json']!);
    expect(read?.events.map(({ id }) => id)).toEqual([given!.id]);
  });

  it.each(Object.keys(draftOf(name).files))('misses %s when it is gone', (file) => {
    const files = filesOf(draftOf(name));
    files.delete(file);
    expect(checkDraft(files, now)).toContainEqual(expect.objectContaining({ file }));
  });

  it('refuses a picture in its directory', () => {
    const files = filesOf(draftOf(name)).set('evidence.jpg', '');
    expect(checkDraft(files, now)).toContainEqual(
      expect.objectContaining({ file: 'evidence.jpg', rule: 'no-media' }),
    );
  });

  it('never prints what could move a cursor, however an address is written', () => {
    const uri = 'https://a.example/x\u001b[2J\u202e.jpg';
    const test = { events: [event(1, 'file:///x.jpg')], to: [] };
    const drafts = draftsOf(
      {
        ...test,
        context: { [test.events[0]!.id]: { url: 'https://a.example/1', fileName: uri, title: uri } },
      },
      name,
      { operator, classification: 'A1' },
    );
    for (const [file, text] of Object.entries(drafts[0]!.files)) {
      expect(text, file).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    }
  });
});

const schemas = new URL('../../../shared/spec/xarf/', import.meta.url);
describe('XARF notices', () => {
  it('hold what the published schemas of XARF v4 demand, where those are at hand', () => {
    const notice = JSON.parse(draftOf('xarf').files['notice-001.json']!);
    expect(notice).toMatchObject({ category: 'content', type: 'csam', classification: 'A1' });
    if (!existsSync(schemas)) return;
    const read = (name: string) =>
      JSON.parse(readFileSync(new URL(`xarf-schemas-v4-${name}.json`, schemas), 'utf8'));
    const ajv = new Ajv2020({ strict: false });
    (addFormats as unknown as (a: Ajv2020) => void)(ajv);
    ajv.addSchema(read('xarf-core')).addSchema(read('types-content-base'));
    const validate = ajv.compile(read('types-content-csam'));
    validate(notice);
    expect(validate.errors).toBe(null);
    validate({ ...notice, classification: undefined });
    expect(validate.errors).not.toBe(null);
  });

  it('name a page that is too long for the description in the evidence', () => {
    const page = `https://a.example/${'p'.repeat(1000)}`;
    const one = event(1, 'https://a.example/1.jpg', { page });
    const [made] = draftsOf({ events: [one], to: [] }, 'xarf', { classification: 'A1' });
    expect(checkDraft(filesOf(made!), now)).toEqual([]);
    const notice = JSON.parse(made!.files['notice-001.json']!);
    expect(Buffer.from(notice.evidence[0].payload, 'base64').toString()).toContain(page);
  });

  it('hold text as evidence, with the PDQ fingerprint, and no entry of a list', () => {
    const notice = JSON.parse(draftOf('xarf').files['notice-001.json']!);
    const text = Buffer.from(notice.evidence[0].payload, 'base64').toString();
    expect(notice.evidence[0].content_type).toBe('text/plain');
    expect(text).toMatch(/^PDQ [0-9a-f]{64} \(view upright\)$/m);
    expect(text).not.toContain('entry-1');
  });
});
