import { describe, expect, it } from 'vitest';
import { checkDraft } from '../../src/reports/assemble.js';
import { type AuthorityName, authorities } from '../../src/reports/index.js';
import type { AssetContext } from '../../src/reports/types.js';
import { event, now } from './cases.js';
import { casesOf, draftsOf, filesOf } from './draft-case.js';

const only = event(1, 'https://a.example/1.jpg');
/** Midnight in Tokyo is the afternoon of the day before. */
const local = (minute: number) => `2026-01-31T00:${minute}:00`;
const utc = (minute: number) => `2026-01-30T15:${minute}:00Z`;
const context: AssetContext = {
  uploadedAt: local(20),
  uploadIp: { ip: '203.0.113.8', at: local(21), port: 4002 },
  removed: true,
  removedAt: local(22),
  review: { by: 'm', at: local(23), fileViewed: true, classification: 'A1' },
  uploader: {
    id: 'u',
    dateOfBirth: '1980-02-29',
    emails: [{ address: 'a@b.example', verified: true, verifiedAt: local(24) }],
    ips: [{ ip: '203.0.113.9', event: 'Login', at: local(30), port: 4001 }],
    devices: [{ type: 'IMEI', value: 'x1', at: local(26) }],
    disabledAt: local(27),
  },
};
const test = { events: [only], context: { [only.id]: context }, to: [] };
const draft = (name: AuthorityName) => draftsOf(test, name, { zone: '+09:00' })[0]!;

describe('times of the context', () => {
  it.each(Object.keys(authorities) as AuthorityName[])('are in UTC wherever %s tells them', (name) => {
    const made = draft(name);
    for (const [file, text] of Object.entries(made.files)) {
      expect(text, file).not.toContain('2026-01-31T00:');
      expect(text, file).not.toMatch(/\d\dT\d\d:\d\d:\d\d(?![\dZ.])/);
    }
    expect(checkDraft(filesOf(made), now)).toEqual([]);
  });

  it('are told in full to those who ask who uploaded from where', () => {
    for (const text of [draft('ncmec').files['summary.txt']!, draft('uk-nca').files['report.txt']!]) {
      for (const line of [
        `  IP address: 203.0.113.9, port 4001, Login, ${utc(30)}\n`,
        `  Uploaded from: 203.0.113.8, port 4002, ${utc(21)}\n`,
        `  Uploaded: ${utc(20)}\n`,
        `  Device: IMEI, x1, ${utc(26)}\n`,
        `  E-mail: a@b.example (verified), ${utc(24)}\n`,
        `  Date of birth: 1980-02-29\n`,
        `  Closed: ${utc(27)}\n`,
        `  Offline since: ${utc(22)}\n`,
      ])
        expect(text).toContain(line);
    }
    expect(draft('ncmec').files['fileinfo-001.xml']).toContain(`Taken offline at ${utc(22)}.`);
  });

  it.each<[string, AssetContext]>([
    [
      'uploader email verifiedAt',
      { uploader: { id: 'u', emails: [{ address: 'a@b.example', verifiedAt: local(24) }] } },
    ],
    ['uploader device at', { uploader: { id: 'u', devices: [{ type: 'x', value: 'y', at: local(26) }] } }],
    ['uploader 203.0.113.9 at', { uploader: { id: 'u', ips: [{ ip: '203.0.113.9', at: local(30) }] } }],
    ['uploadIp at', { uploadIp: { ip: '203.0.113.8', at: local(21) } }],
  ])('need a zone: %s', (place, given) => {
    expect(() => casesOf({ ...test, context: { [only.id]: given } }, 'ncmec')).toThrow(
      `event ${only.id}: ${place} has no time zone`,
    );
  });

  it('that lost their zone by editing are found by report check', () => {
    const files = filesOf(draft('uk-nca'));
    files.set('report.json', files.get('report.json')!.replaceAll(utc(30), local(30)));
    expect(checkDraft(files, now)).toContainEqual(
      expect.objectContaining({ file: 'report.json', element: '/user/ips[1]/at', rule: 'time' }),
    );
  });
});
