import { describe, expect, it } from 'vitest';
import { readTime } from '../../src/core/index.js';
import { checkContext, plainContext } from '../../src/reports/context/index.js';
import type { AssetContext } from '../../src/reports/types.js';
import { xarfNotice } from '../../src/reports/xarf.js';
import { plainIp, uriOf, withoutCredentials } from '../../src/reports/xml/index.js';
import { event, now } from './cases.js';
import { casesOf, draftsOf } from './draft-case.js';
import { judgeXml } from './ncmec-validator.js';

const a = event(1, 'https://board.example/1.jpg');
const b = event(2, 'https://board.example/2.jpg');
const c = event(3, 'https://board.example/3.jpg');
const upload = (ip: string, at = '2026-05-01T10:00:00Z') => ({ ip, at, port: 4711 });
const contexts = (...told: readonly AssetContext[]) =>
  Object.fromEntries([a, b, c].map((one, i) => [one.id, told[i] ?? {}]));
const groups = (...told: readonly AssetContext[]) =>
  casesOf({ events: [a, b, c], context: contexts(...told), to: [] }, 'ncmec').map((found) => ({
    key: found.group.key,
    files: found.files.length,
  }));
const reportOf = (context: AssetContext) =>
  draftsOf({ events: [a], context: { [a.id]: context }, to: [] }, 'ncmec')[0]!.files['report.xml']!;

describe('the person behind an upload', () => {
  it('has the address of the upload among theirs, with time and port', () => {
    const xml = reportOf({ uploader: { id: 'u1' }, uploadIp: upload('203.0.113.5') });
    expect(judgeXml(xml)).toEqual([]);
    expect(xml.replace(/\s+/g, '')).toContain(
      '<ipCaptureEvent><ipAddress>203.0.113.5</ipAddress><eventName>Upload</eventName>' +
        '<dateTime>2026-05-01T10:00:00Z</dateTime><port>4711</port></ipCaptureEvent>',
    );
  });

  it('takes the time of the upload where the address has none, and no address twice', () => {
    const at = '2026-05-01T10:00:00Z';
    const ips = [{ ip: '203.0.113.5', event: 'Upload', at }];
    const xml = reportOf({ uploader: { id: 'u1', ips }, uploadedAt: at, uploadIp: { ip: '203.0.113.5' } });
    expect(xml.match(/<ipAddress>/g)).toHaveLength(1);
    expect(xml).toContain(`<dateTime>${at}</dateTime>`);
  });

  it('is a person without an account too, by address, e-mail or name', () => {
    expect(reportOf({ uploadIp: upload('203.0.113.77') })).toContain('<ipAddress>203.0.113.77<');
    expect(reportOf({ uploader: { emails: [{ address: 'x@mail.example' }] } })).toContain('>x@mail.example<');
    expect(reportOf({ uploader: { screenName: 'anon' } })).toContain('<screenName>anon<');
  });

  it('is told apart by address, then e-mail; never by a name that anyone can write', () => {
    expect(groups({ uploadIp: upload('203.0.113.1') }, { uploadIp: upload('203.0.113.1') })).toEqual([
      { key: 'ip:203.0.113.1', files: 2 },
      { key: 'host:board.example', files: 1 },
    ]);
    const mail = { uploader: { emails: [{ address: 'X@mail.example' }] } };
    expect(groups(mail, { uploader: { emails: [{ address: 'x@mail.example' }] } })[0]).toMatchObject({
      key: 'mail:x@mail.example',
      files: 2,
    });
    const anon = { uploader: { screenName: 'anon' } };
    expect(groups(anon, anon, anon).map(({ files }) => files)).toEqual([1, 1, 1]);
  });

  it('keeps every name that one address wrote under', () => {
    const [found] = casesOf(
      {
        events: [a, b],
        context: contexts(
          { uploader: { screenName: 'first' }, uploadIp: upload('203.0.113.1') },
          { uploader: { screenName: 'second' }, uploadIp: upload('203.0.113.1', '2026-05-02T10:00:00Z') },
        ),
        to: [],
      },
      'ncmec',
    );
    expect(found!.uploader).toMatchObject({ screenName: 'first', displayNames: ['second'] });
    expect(found!.uploader!.ips).toHaveLength(2);
  });
});

describe('what is given in place of what was derived', () => {
  it('is the kind of incident, of which a report takes one', () => {
    const chat = { chatImIncident: { chatClient: 'Example Chat', chatRoomName: 'r' } };
    const xml = reportOf({ ncmec: { report: { internetDetails: chat } } });
    expect(judgeXml(xml)).toEqual([]);
    expect(xml).toContain('<chatClient>Example Chat<');
    expect(xml).not.toContain('webPageIncident');
    const more = { webPageIncident: { additionalInfo: 'a board' } };
    expect(reportOf({ ncmec: { report: { internetDetails: more } } })).toMatch(/<url>[\s\S]*a board/);
  });

  it('is the mark of a meme, and the annotations that it replaces are told', () => {
    const review = { by: 'M', at: '2026-05-29T10:00:00Z', fileViewed: true, annotations: ['viral'] };
    const context = { [a.id]: { review, ncmec: { file: { potentialMeme: true } } } };
    const [draft] = draftsOf({ events: [a], context, to: [] }, 'ncmec');
    expect(judgeXml(draft!.files['fileinfo-001.xml']!)).toEqual([]);
    expect(draft!.files['fileinfo-001.xml']).not.toContain('fileAnnotations');
    expect(draft!.files['CHECKLIST.md']).toContain('in place of the annotations');
    const no = { [a.id]: { review, ncmec: { file: { potentialMeme: false } } } };
    const [kept] = draftsOf({ events: [a], context: no, to: [] }, 'ncmec');
    expect(kept!.files['fileinfo-001.xml']).toContain('<viral>true<');
  });

  it('is that a file gives context only: it has no grade then', () => {
    const review = { by: 'M', at: '2026-05-29T10:00:00Z', fileViewed: true, classification: 'A1' as const };
    const file = { fileRelevance: 'Supplemental Reported' };
    const [draft] = draftsOf(
      { events: [a], context: { [a.id]: { review, ncmec: { file } } }, to: [] },
      'ncmec',
    );
    expect(draft!.files['fileinfo-001.xml']).not.toContain('industryClassification');
  });

  it('may be an element of 2026, and an address in Kosovo', () => {
    const xml = reportOf({
      ncmec: {
        report: {
          incidentSummary: { reportAnnotations: { informational: true } },
          personOrUserReported: {
            personOrUserReportedPerson: { ageAssertionDiscrepancy: true, address: [{ country: 'XK' }] },
          },
        },
      },
    });
    expect(xml).toContain('<informational>true<');
    expect(xml).toContain('<ageAssertionDiscrepancy>true<');
    expect(xml).toContain('<country>XK<');
  });
});

describe('a draft that would not pass its own check', () => {
  it('is not written, and the reason is told', () => {
    const reporter = { email: 'a@x.example' };
    const operator = { organisation: 'X', domain: 'x.example', reporter };
    expect(() => draftsOf({ events: [a], operator, to: [] }, 'uk-nca')).toThrow(/name/);
    const both = { potentialMeme: true, fileAnnotations: { viral: true } };
    expect(() =>
      draftsOf({ events: [a], context: { [a.id]: { ncmec: { file: both } } }, to: [] }, 'ncmec'),
    ).toThrow(/would not pass its check: fileinfo-001.xml .*excludes fileAnnotations/);
  });
});

describe('addresses and times from outside', () => {
  it('lose user names and passwords, in every receiver', () => {
    const context = {
      [a.id]: {
        url: 'https://user:pw@board.example/1.jpg',
        uploader: { id: 'u', profileUrls: ['https://me:secret@home.example/'] },
      },
    };
    for (const to of ['ncmec', 'uk-nca', 'ca-c3p', 'iwf', 'eu-dsa16', 'xarf', 'generic'] as const) {
      const [draft] = draftsOf({ events: [a], context, classification: 'A1', to: [] }, to);
      const all = Object.values(draft!.files).join('\n');
      expect(all, to).not.toMatch(/user:pw|me:secret/);
      expect(all, to).toContain('board.example/1.jpg');
    }
    expect(withoutCredentials('https:\\\\u:p@a.example/x@y')).toBe('https:\\\\a.example/x@y');
    expect(withoutCredentials('https://a.example/@someone')).toBe('https://a.example/@someone');
    expect(() =>
      reportOf({
        ncmec: { report: { internetDetails: { webPageIncident: { url: ['https://u:p@a.example/'] } } } },
      }),
    ).toThrow(/user name/);
  });

  it.each(['javascript:alert(1)', 'JavaScript:x', 'data:image/png;base64,AA==', 'ftp://a.example/x'])(
    'are no addresses of files: %s',
    (url) => {
      expect(() => checkContext({ url }, 'context.json assets/0')).toThrow(/assets\/0\/url: no web address/);
    },
  );

  it('are left out of a profile where they are scripts', () => {
    const xml = reportOf({
      uploader: { id: 'u', profileUrls: ['javascript:alert(1)', 'https://a.example/u'] },
    });
    expect(xml).not.toContain('javascript');
    expect(xml).toContain('<profileUrl>https://a.example/u<');
  });

  it.each([
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::FFFF:cb00:7109', '203.0.113.9'],
    ['2001:db8::1', '2001:db8::1'],
    ['not an address', undefined],
  ])('of machines are written as others can use them: %s', (given, written) => {
    expect(plainIp(given)).toBe(written);
  });

  it('of machines are written so in drafts', () => {
    const xml = reportOf({
      uploader: { id: 'u', ips: [{ ip: 'fe80::1%eth0' }] },
      uploadIp: { ip: '::ffff:203.0.113.9' },
    });
    expect(xml).toContain('<ipAddress>fe80::1<');
    expect(xml).toContain('<ipAddress>203.0.113.9<');
  });

  it('may be a leap second, and only where one can be', () => {
    expect(readTime('2016-12-31T23:59:60Z')).toEqual({ ok: true, utc: '2016-12-31T23:59:59Z' });
    expect(readTime('2017-01-01T01:59:60+02:00')).toEqual({ ok: true, utc: '2016-12-31T23:59:59Z' });
    for (const wrong of ['2016-12-31T12:30:60Z', '2016-12-31T23:59:61Z'])
      expect(readTime(wrong).ok).toBe(false);
  });

  it.each([
    [{ review: { by: 'M', at: '2031-01-01T00:00:00Z', fileViewed: true } }, 'review at'],
    [{ uploadedAt: '2026-06-01T14:00:01+02:00' }, 'uploadedAt'],
    [{ removedAt: '2027-01-01T00:00:00Z' }, 'removedAt'],
    [{ uploader: { id: 'u', disabledAt: '2027-01-01T00:00:00Z' } }, 'uploader disabledAt'],
  ] as const)('lie in no future: %j', (context, place) => {
    expect(() => plainContext(context, { now }, 'event 1')).toThrow(`event 1: ${place} lies in the future`);
  });
});

describe('a notice in XARF', () => {
  const noticeOf = (context: AssetContext, filed?: ReadonlyMap<string, number>) => {
    const [found] = casesOf(
      { events: [a], context: { [a.id]: context }, classification: 'A1', to: [] },
      'xarf',
    );
    return xarfNotice(
      { ...found!, ...(filed ? { filed } : {}) },
      found!.files,
      '00000000-0000-4000-8000-000000000000',
    );
  };

  it.each([
    'http://intranet/a.jpg',
    'http://192.0.2.1/a.jpg',
    'http://[2001:db8::1]/a.jpg',
    'https://xn--bcher-kva.example/a.jpg',
    'https://a_b.example/x.jpg',
  ])('names no domain that XARF would refuse: %s', (url) => {
    expect(noticeOf({ url })).not.toHaveProperty('domain');
  });

  it('names the domain that it takes, and the address as a URI', () => {
    expect(noticeOf({ url: 'https://cdn.a-b.example/bücher/a|b[1]^{x}%zz.jpg?q=ü#x' })).toMatchObject({
      domain: 'cdn.a-b.example',
      url: 'https://cdn.a-b.example/b%C3%BCcher/a%7Cb%5B1%5D%5E%7Bx%7D%25zz.jpg?q=%C3%BC#x',
    });
    expect(uriOf('https://bücher.example/a.jpg')).toBe('https://xn--bcher-kva.example/a.jpg');
  });

  it('tells the number of the report, and that the account is closed, where that is known', () => {
    expect(noticeOf({})).not.toHaveProperty('ncmec_report_id');
    expect(noticeOf({})).not.toHaveProperty('account_suspended');
    const closed = { uploader: { id: 'u', disabledAt: '2026-05-30T00:00:00Z' } };
    expect(noticeOf(closed, new Map([[a.id, 4711]]))).toMatchObject({
      ncmec_report_id: '4711',
      account_suspended: true,
    });
  });
});
