import { describe, expect, it } from 'vitest';
import { checkDraft } from '../../src/reports/assemble.js';
import { type AuthorityName, authorities } from '../../src/reports/index.js';
import { incidentTypes } from '../../src/reports/ncmec/tables.js';
import type { AssetContext } from '../../src/reports/types.js';
import type { XmlObject } from '../../src/reports/xml/write.js';
import { event, now, operator } from './cases.js';
import { draftsOf, filesOf } from './draft-case.js';
import { judgeXml, namesUnder } from './ncmec-validator.js';

const only = event(1, 'https://pictures.example/1.jpg');
const draft = (context: AssetContext = {}, changes = {}) =>
  draftsOf({ events: [only], context: { [only.id]: context }, to: [] }, 'ncmec', changes)[0]!;
const reportOf = (context: AssetContext) => draft(context).files['report.xml']!;
const infoOf = (context: AssetContext) => draft(context).files['fileinfo-001.xml']!;
const withReport = (report: XmlObject): AssetContext => ({ ncmec: { report } });

const time = '2026-05-01T10:00:00+02:00';
const flag = { '#': true, '@disabledDate': time, '@userNotified': false, '@userNotifiedDate': time };
const address = {
  '@type': 'Home',
  address: 'x',
  city: 'x',
  zipCode: 'x',
  state: 'CA',
  nonUsaState: 'x',
  country: 'A1',
};
const email = { '#': 'a@b.example', '@type': 'Work', '@verified': true, '@verificationDate': time };
const phone = {
  '#': '1',
  '@type': 'Fax',
  '@verified': true,
  '@verificationDate': time,
  '@countryCallingCode': '+1',
  '@extension': '2',
};
const person = {
  firstName: 'x',
  lastName: 'x',
  phone: [phone, phone],
  email: [email],
  address: [address],
  age: 40,
  ageAssertionDiscrepancy: true,
  dateOfBirth: '1980-02-29',
};
const ip = { ipAddress: '2001:db8::1', eventName: 'Other', dateTime: time, possibleProxy: true, port: 65535 };
const device = { idType: 'IMEI', idValue: 'x', eventName: 'Purchase', dateTime: time };
const location = { '@verified': true, '@timestamp': time, city: 'x', region: 'x', countryCode: 'DE' };
const account = {
  espIdentifier: 'x',
  espService: 'x',
  compromisedAccount: false,
  screenName: 'x',
  displayName: ['x', 'y'],
  profileUrl: ['https://x.example/'],
  profileBio: 'x',
  ipCaptureEvent: [ip],
  deviceId: [device, device],
  priorCTReports: [1, 2],
  accountTemporarilyDisabled: { ...flag, '@reenabledDate': time },
  accountPermanentlyDisabled: flag,
  estimatedLocation: location,
  allEmailsReported: true,
};
const associated = {
  '@type': 'Parent/Guardian',
  platform: { '#': 'x', '@thirdPartyUser': true },
  firstName: 'x',
  middleName: 'x',
  lastName: 'x',
  approximateAge: 3,
  dateOfBirth: '2020-01-01',
  phone,
  email,
  allEmailsReported: true,
  address,
  espService: 'x',
  espIdentifier: 'x',
  profileUrl: 'https://x.example/',
  screenName: 'x',
  displayName: 'x',
  profileBio: 'x',
  groupIdentifier: 'x',
  compromisedAccount: true,
  accountTemporarilyDisabled: true,
  accountPermanentlyDisabled: false,
  ipCaptureEvent: ip,
  deviceId: device,
  priorCTReport: [3],
  additionalInfo: 'x',
};
const everything: XmlObject = {
  batchedReport: { '@reason': 'VIRAL_POTENTIAL_MEME' },
  incidentSummary: {
    escalateToHighPriority: 'x',
    reportAnnotations: {
      sadisticOnlineExploitation: true,
      informational: true,
      spam: true,
      sextortion: true,
      csamSolicitation: true,
      minorToMinorInteraction: true,
    },
  },
  internetDetails: [
    {
      webPageIncident: { '@thirdPartyHostedContent': true, url: ['https://x.example/'], additionalInfo: 'x' },
    },
    { emailIncident: { emailAddress: [email], content: 'x', additionalInfo: 'x' } },
    { newsgroupIncident: { name: 'x', emailAddress: email, content: 'x', additionalInfo: 'x' } },
    { chatImIncident: { chatClient: 'x', chatRoomName: 'x', content: 'x', additionalInfo: 'x' } },
    { onlineGamingIncident: { gameName: 'x', console: 'x', content: 'x', additionalInfo: 'x' } },
    { cellPhoneIncident: { phoneNumber: phone, latitude: -1.5, longitude: 1e2, additionalInfo: 'x' } },
    { nonInternetIncident: { locationName: 'x', incidentAddress: [address], additionalInfo: 'x' } },
    { peer2peerIncident: { client: 'x', ipCaptureEvent: [ip], fileNames: 'x', additionalInfo: 'x' } },
  ],
  lawEnforcement: {
    agencyName: 'x',
    caseNumber: 'x',
    officerContact: { firstName: 'x', lastName: 'x', phone, email, address },
    reportedToLe: true,
    servedLegalProcessDomestic: false,
    servedLegalProcessInternational: { '#': true, '@fleaCountry': 'FR' },
  },
  personOrUserReported: [
    {
      personOrUserReportedPerson: person,
      vehicleDescription: 'x',
      ...account,
      thirdPartyUserReported: false,
      groupIdentifier: 'x',
      associatedAccount: [associated],
      additionalInfo: 'x',
    },
    { espIdentifier: 'second' },
  ],
  intendedRecipient: [
    { intendedRecipientPerson: person, ...account, groupIdentifier: 'x', additionalInfo: ['x', 'y'] },
  ],
  victim: [
    { victimPerson: person, ...account, schoolName: 'x', associatedAccount: associated, additionalInfo: 'x' },
  ],
  additionalInfo: 'x',
};

describe('every element of the tables', () => {
  it('of <report> can be reached from context, in whatever order it was given', () => {
    const talkative = {
      ...operator,
      contact: operator.reporter,
      companyTemplate: 'x',
      termsOfService: 'x',
      legalUrl: 'https://x.example/',
    };
    const given = withReport(Object.fromEntries(Object.entries(everything).reverse()));
    const xml = draft(given, { operator: talkative }).files['report.xml']!;
    expect(judgeXml(xml)).toEqual([]);
    const names = new Set([...xml.matchAll(/<([a-zA-Z0-9]+)/g)].map(([, name]) => name));
    expect([...names].sort()).toEqual([...namesUnder('report')].sort());
    expect(xml).toContain('<sextortion>true</sextortion>');
  });

  it('of <fileDetails> can be reached, and a review alone says what was seen and graded', () => {
    const context: AssetContext = {
      fileName: 'x.jpg',
      uploadedAt: time,
      uploadIp: { ip: '192.0.2.1', at: time, port: 1, proxy: false },
      publiclyAvailable: true,
      review: {
        by: 'm',
        at: time,
        fileViewed: true,
        exifViewed: true,
        classification: 'A2',
        annotations: ['viral', 'infant'],
      },
      ncmec: {
        file: {
          fileRelevance: 'Reported',
          deviceId: [device],
          details: [
            {
              '@type': 'EXIF',
              nameValuePair: [
                { name: 'Make', value: 'x' },
                { name: 'Model', value: 'y' },
              ],
            },
          ],
        },
      },
    };
    const xml = infoOf(context);
    expect(judgeXml(xml)).toEqual([]);
    expect(xml).toContain('<fileViewedByEsp>true</fileViewedByEsp>');
    expect(xml).toContain('<industryClassification>A2</industryClassification>');
    expect(xml).toContain('<viral>true</viral>');
    expect(checkDraft(filesOf(draft(context)), now)).toEqual([]);
  });

  it('of the incident types are taken, and no other', () => {
    for (const incidentType of incidentTypes) {
      expect(judgeXml(reportOf(withReport({ incidentSummary: { incidentType } })))).toEqual([]);
    }
    const wrong = withReport({
      incidentSummary: { incidentType: 'Online Enticement of Child for Sexual Acts' },
    });
    expect(() => reportOf(wrong)).toThrow(/incidentType is none of/);
  });
});

describe('what a draft never claims', () => {
  it('is that anyone looked, or how it is graded, because of a match', () => {
    const graded = event(1, only.uri, { matches: [{ ...only.best, classification: 'A1', distance: 0 }] });
    const [made] = draftsOf({ events: [graded], to: [] }, 'ncmec', { classification: 'A1' });
    const info = made!.files['fileinfo-001.xml']!;
    expect(info).toContain('<fileViewedByEsp>false</fileViewedByEsp>');
    expect(info).toContain('<exifViewedByEsp>false</exifViewedByEsp>');
    expect(info).not.toContain('industryClassification');
  });

  it('is a time in the future, even when the clock of the scan was wrong', () => {
    const late = event(1, only.uri, { detectedAt: '2027-01-01T00:00:00.000Z' });
    const xml = draftsOf({ events: [late], to: [] }, 'ncmec')[0]!.files['report.xml']!;
    expect(xml).toContain('<incidentDateTime>2026-06-01T11:59:59Z</incidentDateTime>');
    expect(() => draft({ uploadedAt: '2026-06-01T12:00:01Z' })).toThrow(/in the future/);
  });

  it('is a time without zone, unless the zone was told', () => {
    const context = { uploadedAt: '2026-05-01T10:00:00' };
    expect(() => draft(context)).toThrow(/uploadedAt has no time zone.*--time-zone/);
    const zoned = draft(context, { zone: '-05:00' }).files['fileinfo-001.xml'];
    expect(zoned).toContain('<uploadedToEspTimestamp>2026-05-01T15:00:00Z</uploadedToEspTimestamp>');
  });
});

describe('text that does not fit', () => {
  it.each([
    [
      'a long agency',
      withReport({ lawEnforcement: { agencyName: 'x'.repeat(256) } }),
      /agencyName has 256 characters, at most 255/,
    ],
    [
      'a wrong port',
      withReport({ personOrUserReported: { ipCaptureEvent: { ipAddress: '192.0.2.1', port: 70000 } } }),
      /port lies outside/,
    ],
    ['an unknown element', withReport({ surprise: 'x' }), /\/report\/surprise is no part/],
    [
      'a victim without a person',
      withReport({ victim: [{ espIdentifier: 'x' }] }),
      /victimPerson is missing/,
    ],
    [
      'two kinds of incident in one',
      withReport({ internetDetails: { emailIncident: { content: 'x' }, chatImIncident: { content: 'x' } } }),
      /exactly one of/,
    ],
    [
      'an address with a blank',
      withReport({ internetDetails: { webPageIncident: { url: 'https://x.example/a b' } } }),
      /url/,
    ],
    [
      'a day that does not exist',
      withReport({ victim: [{ victimPerson: { dateOfBirth: '2025-02-29' } }] }),
      /is no date/,
    ],
  ])('such as %s is refused by name', (_what, context, message) => {
    expect(() => draft(context)).toThrow(message);
  });

  const long = `https://pictures.example/${'x'.repeat(2083)}.jpg`;
  it.each<[string, string, AssetContext, string, string, string]>([
    ['a long address', long, {}, 'fileinfo-001.xml', '/fileDetails/locationOfFile', long],
    [
      'an address with a blank',
      'https://pictures.example/a b.jpg',
      {},
      'report.xml',
      '/report/internetDetails/webPageIncident/url',
      'https://pictures.example/a b.jpg',
    ],
    ...(
      [
        ['a long screen name', { screenName: 'x'.repeat(300) }, 'screenName', 'x'.repeat(300)],
        ['a profile with a blank', { profileUrls: ['https://b.example', 'a b'] }, 'profileUrl[2]', 'a b'],
        ['a placeholder of ours', { bio: '{{FILE-ID}}' }, 'profileBio', '{{FILE-ID}}'],
        [
          'a birthday that is no day',
          { dateOfBirth: '0000-00-00' },
          'personOrUserReportedPerson/dateOfBirth',
          '0000-00-00',
        ],
        [
          'a long device id',
          { devices: [{ type: 'IMEI', value: 'y'.repeat(3000) }] },
          'deviceId[1]/idValue',
          'y'.repeat(3000),
        ],
      ] as const
    ).map(
      ([what, account, element, text]) =>
        [
          what,
          only.uri,
          { uploader: { id: 'u', ...account } },
          'report.xml',
          `/report/personOrUserReported/${element}`,
          text,
        ] as [string, string, AssetContext, string, string, string],
    ),
  ])(
    'such as %s from outside is left out of its element, said so and kept',
    (_what, uri, context, file, element, text) => {
      const [made] = draftsOf({ events: [event(1, uri)], context: { [only.id]: context }, to: [] }, 'ncmec');
      expect(made!.files[file]).not.toContain(`>${text}<`);
      expect(made!.files['CHECKLIST.md']).toContain(`- [ ] ${file}: ${element} was left out`);
      expect(JSON.parse(made!.files['manifest.json']!).leftOut).toContainEqual(
        expect.objectContaining({ file, element, text }),
      );
      expect(judgeXml(made!.files[file]!)).toEqual([]);
      expect(checkDraft(filesOf(made!), now)).toEqual([]);
    },
  );

  it.each(Object.keys(authorities) as AuthorityName[])(
    'is not what text in double braces is: %s takes it as it is',
    (authority) => {
      const mark = '{{EVIL}}';
      const hostile = event(1, `https://a.example/${mark}.zip!/${mark}/${mark}.jpg`, {
        member: `${mark}/${mark}.jpg`,
        page: `https://a.example/?q=${mark}`,
      });
      const uploader = { id: mark, screenName: ' ', displayNames: [mark], bio: mark, note: mark };
      const context = { [hostile.id]: { title: mark, fileName: mark, note: mark, uploader } };
      const [made] = draftsOf({ events: [hostile], context, to: [] }, authority, { classification: 'A1' });
      expect(checkDraft(filesOf(made!), now)).toEqual([]);
      const { leftOut } = JSON.parse(made!.files['manifest.json']!);
      expect(leftOut).toBe(undefined);
      if (authority !== 'ncmec') return;
      for (const name of ['displayName', 'profileBio', 'espIdentifier', 'additionalInfo'])
        expect(made!.files['report.xml']).toContain(`<${name}>${mark}</${name}>`);
      expect(made!.files['fileinfo-001.xml']).toContain(`${mark}/${mark}.jpg</additionalInfo>`);
    },
  );
});

describe('who reports', () => {
  it('must be told, as the law demands', () => {
    const nobody = { ...operator, reporter: { email: 'a@b.example' } };
    expect(() => draft({}, { operator: nobody })).toThrow(
      /operator\.reporter\.firstName.*phone.*address\.street/,
    );
  });
});

describe('report check of an edited draft', () => {
  const edited = (file: string, from: string | RegExp, to: string) => {
    const files = filesOf(draft({ uploader: { id: 'u' } }));
    const text = files.get(file)!.replace(from, to);
    expect(text).not.toBe(files.get(file));
    return checkDraft(files.set(file, text), now);
  };
  const platform = '<platform>Example Pictures</platform>';
  it.each([
    [
      'an element out of order',
      'report.xml',
      /(<incidentSummary>[\s\S]*?)(<platform>.*<\/platform>)([\s\S]*?)(<\/incidentSummary>)/,
      '$1$3$2$4',
      '/report/incidentSummary/platform',
      'order',
    ],
    [
      'a wrong enumeration',
      'report.xml',
      '(possession, manufacture, and distribution)',
      '(possession)',
      '/report/incidentSummary/incidentType',
      'enumeration',
    ],
    [
      'a text too long',
      'report.xml',
      platform,
      `<platform>${'x'.repeat(257)}</platform>`,
      '/report/incidentSummary/platform',
      'length',
    ],
    ['an empty element', 'report.xml', platform, '<platform/>', '/report/incidentSummary/platform', 'empty'],
    [
      'a second platform',
      'report.xml',
      platform,
      platform + platform,
      '/report/incidentSummary/platform',
      'occurrence',
    ],
    [
      'an unknown element',
      'report.xml',
      platform,
      '<plattform>x</plattform>',
      '/report/incidentSummary/plattform',
      'unknown',
    ],
    [
      'a future time',
      'report.xml',
      /<incidentDateTime>.*Z/,
      '<incidentDateTime>2026-06-02T00:00:00Z',
      '/report/incidentSummary/incidentDateTime',
      'future',
    ],
    [
      'a time without zone',
      'report.xml',
      /(<incidentDateTime>.*)Z/,
      '$1',
      '/report/incidentSummary/incidentDateTime',
      'time',
    ],
    [
      'a leftover placeholder',
      'report.xml',
      platform,
      '<platform>{{REPORT-ID}}</platform>',
      '/report/incidentSummary/platform',
      'placeholder',
    ],
    [
      'no reporter e-mail',
      'report.xml',
      /<email>.*<\/email>/,
      '',
      '/report/reporter/reportingPerson/email',
      'law',
    ],
    ['broken markup', 'report.xml', '</report>', '', '/', 'well-formed'],
    [
      'an entity from outside',
      'report.xml',
      '<report>',
      '<!DOCTYPE report SYSTEM "file:///etc/passwd"><report>',
      '/',
      'well-formed',
    ],
    [
      'a second person',
      'report.xml',
      /(<personOrUserReported>[\s\S]*<\/personOrUserReported>)/,
      '$1$1',
      '/report/personOrUserReported',
      'occurrence',
    ],
    [
      'a claim to have looked',
      'fileinfo-001.xml',
      '<fileViewedByEsp>false',
      '<fileViewedByEsp>true',
      '/fileDetails/fileViewedByEsp',
      'review',
    ],
    [
      'a claim to have looked at EXIF data',
      'fileinfo-001.xml',
      '<exifViewedByEsp>false',
      '<exifViewedByEsp>true',
      '/fileDetails/exifViewedByEsp',
      'review',
    ],
    [
      'a grade that nobody gave',
      'fileinfo-001.xml',
      '<originalFileHash',
      '<industryClassification>A1</industryClassification><originalFileHash',
      '/fileDetails/industryClassification',
      'review',
    ],
    [
      'a digest cut short',
      'fileinfo-001.xml',
      /(hashType="SHA256">)../,
      '$1',
      '/fileDetails/originalFileHash[3]',
      'hash',
    ],
    ['a wrong report id', 'fileinfo-001.xml', '{{REPORT-ID}}', 'x', '/fileDetails/reportId', 'integer'],
    [
      'a meme in a supplement',
      'fileinfo-001.xml',
      '<fileRelevance>Reported</fileRelevance>',
      '<fileRelevance>Supplemental Reported</fileRelevance><potentialMeme>true</potentialMeme>',
      '/fileDetails/potentialMeme',
      'supplemental',
    ],
  ])('names file, element and rule of %s', (_what, file, from, to, element, rule) => {
    expect(edited(file, from, to)).toContainEqual(expect.objectContaining({ file, element, rule }));
  });

  it('takes a grade of somebody who did not see the whole file', () => {
    const review = { by: 'm', at: time, fileViewed: false, classification: 'A1' } as const;
    expect(checkDraft(filesOf(draft({ review })), now)).toEqual([]);
  });

  it('wants all files to name the same report, and different files', () => {
    const two = [event(1, 'https://a.example/1'), event(2, 'https://a.example/2')];
    const files = filesOf(draftsOf({ events: two, to: [] }, 'ncmec')[0]!);
    const fill = (file: string, report: string, id: string) =>
      files.set(
        file,
        files
          .get(file)!
          .replace(/\{\{REPORT-ID\}\}/, report)
          .replace(/\{\{FILE-ID\}\}/, id),
      );
    fill('fileinfo-001.xml', '100', 'b0754af766b426f2928a02c651ed4b99');
    fill('fileinfo-002.xml', '101', 'b0754af766b426f2928a02c651ed4b99');
    const rules = checkDraft(files, now).map(
      (finding) => `${finding.file} ${finding.element} ${finding.rule}`,
    );
    expect(rules).toContain('fileinfo-002.xml /fileDetails/fileId reference');
    expect(rules).toContain('fileinfo-002.xml /fileDetails/reportId reference');
  });
});
