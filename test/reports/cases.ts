import type { DetectionEvent, Match } from '../../src/core/types.js';
import type { AuthorityName } from '../../src/reports/index.js';
import type { AssetContext, Grouping, Operator, Review } from '../../src/reports/types.js';

/** Made-up cases for the tests of reports. Nothing in them exists; addresses are those that RFCs keep for examples. */

export const now = Date.parse('2026-06-01T12:00:00Z');

export const operator: Operator = {
  organisation: 'Example Pictures Ltd',
  domain: 'pictures.example',
  service: 'Example Pictures',
  jurisdiction: 'us',
  reporter: {
    firstName: 'Ada',
    lastName: 'Muster',
    email: 'safety@pictures.example',
    phone: '+1 555 0100',
    address: {
      street: '1 Example Street',
      city: 'Springfield',
      postcode: '00000',
      state: 'IL',
      country: 'US',
    },
  },
};

export const match: Match = {
  list: 'example-list',
  entryId: 'entry-1',
  algorithm: 'pdq',
  distance: 12,
  threshold: 31,
  view: 'upright',
  category: 'csam',
};

const hex = (seed: number, digits: number): string =>
  Array.from({ length: digits }, (_, i) => ((seed * 7 + i * 5) % 16).toString(16)).join('');

/** An event with made-up digests; `seed` makes it another one. */
export function event(seed: number, uri: string, changes: Partial<DetectionEvent> = {}): DetectionEvent {
  const matches = changes.matches ?? [match];
  return {
    schema: 'hashsieve/event/1',
    outcome: 'matched',
    id: hex(seed, 30) + String(seed).padStart(2, '0'),
    detectedAt: `2026-05-31T10:00:${String(seed).padStart(2, '0')}.250Z`,
    scanId: '0'.repeat(16),
    tool: { name: 'hashsieve', version: '0.1.0' },
    uri,
    asset: { mediaType: 'image/jpeg', size: 1000 + seed, width: 640, height: 480, frames: 1 },
    digests: { md5: hex(seed, 32), sha1: hex(seed, 40), sha256: hex(seed, 64) },
    fingerprints: [
      { algorithm: 'pdq', hex: hex(seed + 1, 64), recipe: 'pdq-full/1', quality: 90, view: 'upright' },
    ],
    best: matches[0]!,
    lists: [{ name: 'example-list', sha256: hex(3, 64), entries: 1000 }],
    ...changes,
    matches,
  };
}

export interface TestCase {
  readonly events: readonly DetectionEvent[];
  /** By event id. */
  readonly context?: Readonly<Record<string, AssetContext>>;
  readonly operator?: Operator;
  readonly jurisdiction?: string;
  readonly to: readonly AuthorityName[];
  readonly groupBy?: Grouping;
  readonly classification?: Review['classification'];
}

const uploader = {
  id: 'user-42',
  screenName: 'somebody',
  emails: [{ address: 'somebody@mail.example', verified: true, verifiedAt: '2026-01-02T03:04:05Z' }],
  ips: [{ ip: '192.0.2.7', event: 'Login', at: '2026-05-30T08:00:00+02:00', port: 52100 }],
};

const a = event(1, 'https://pictures.example/a%20b.jpg');
const many = [1, 2, 3].map((n) => event(n, `https://pictures.example/u/${n}.jpg`));
const frame = event(4, 'https://pictures.example/loop.gif', {
  frame: 7,
  asset: { mediaType: 'image/gif', size: 9000, width: 100, height: 80, frames: 30 },
  matches: [{ ...match, frame: 7 }],
});
const member = event(5, 'file:///srv/uploads/2026/pack.zip!/holiday/img_0001.png', {
  member: 'holiday/img_0001.png',
});
const foreign = event(6, 'file:///srv/uploads/%E5%86%99%E7%9C%9F%20%F0%9F%93%B7.jpg');
const longest = event(7, `https://pictures.example/${'x'.repeat(2083 - 25)}`);
const lists = event(8, 'https://pictures.example/many-lists.jpg', {
  lists: [
    { name: 'example-list', sha256: hex(3, 64), entries: 1000 },
    { name: 'other-list', sha256: hex(9, 64), entries: 7 },
    { name: 'drill', sha256: hex(11, 64), entries: 1 },
  ],
  fingerprints: [
    { algorithm: 'pdq', hex: hex(9, 64), recipe: 'pdq-full/1', quality: 90, view: 'upright' },
    { algorithm: 'pdq', hex: hex(10, 64), recipe: 'pdq-full/1', quality: 90, view: 'rotated90' },
    { algorithm: 'phash', hex: hex(12, 16), recipe: 'phash/1', view: 'upright' },
  ],
  matches: [
    {
      ...match,
      algorithm: 'sha256',
      distance: 0,
      threshold: 0,
      list: 'other-list',
      entryId: 'line-3',
      classification: 'A1',
    },
    { ...match, view: 'rotated90' },
    { ...match, list: 'drill', entryId: 'drill-1', category: 'test' },
  ],
});
const everyName = (length: number) => 'é'.repeat(length);

export const cases: Readonly<Record<string, TestCase>> = {
  'one-url': { events: [a], to: ['ncmec'] },
  'one-user-many-files': {
    events: many,
    context: Object.fromEntries(
      many.map((e, i) => [
        e.id,
        { uploader, uploadedAt: `2026-05-2${i + 1}T09:00:00+02:00`, publiclyAvailable: true, removed: true },
      ]),
    ),
    to: ['ncmec'],
  },
  'animated-frame': { events: [frame], to: ['ncmec', 'iwf'] },
  'archive-member': {
    events: [member],
    operator: {
      ...operator,
      publicAddresses: [{ files: '/srv/uploads', url: 'https://pictures.example/files' }],
    },
    to: ['ncmec', 'iwf'],
  },
  'unknown-uploader': {
    events: [
      event(1, 'https://a.example/1.jpg'),
      event(2, 'https://a.example/2.jpg'),
      event(3, 'https://b.example/3.jpg'),
    ],
    to: ['ncmec'],
  },
  'non-ascii-names': {
    events: [foreign],
    context: {
      [foreign.id]: {
        fileName: 'фото 📷\u0007\u200d写真.jpg',
        title: 'naïve <title> & "quotes"',
        uploader: { id: 'ユーザー', firstName: 'Zoë', lastName: 'O’Brien-Łukasz', displayNames: ['مستخدم'] },
      },
    },
    to: ['ncmec', 'generic'],
  },
  'longest-lengths': {
    events: [longest],
    operator: {
      ...operator,
      service: everyName(100),
      termsOfService: everyName(3000),
      legalUrl: `https://pictures.example/${'l'.repeat(2083 - 25)}`,
    },
    context: {
      [longest.id]: {
        fileName: everyName(2056),
        uploader: {
          id: everyName(255),
          firstName: everyName(100),
          lastName: everyName(100),
          screenName: everyName(256),
          emails: [{ address: `${'m'.repeat(242)}@mail.example` }],
          phones: ['5'.repeat(50)],
          devices: [{ type: everyName(255), value: everyName(2083) }],
        },
        ncmec: { report: { additionalInfo: everyName(3000), incidentSummary: { platform: everyName(256) } } },
      },
    },
    to: ['ncmec'],
  },
  'several-lists': { events: [lists], to: ['ncmec', 'xarf', 'eu-dsa16'] },
  canada: {
    events: [
      event(1, 'https://a.example/1.jpg'),
      event(2, 'https://a.example/1.jpg', { frame: 1 }),
      event(3, 'http://192.0.2.1/3.jpg'),
    ],
    context: { [event(1, '').id]: { uploader, fileName: 'never-tell.jpg' } },
    jurisdiction: 'ca',
    groupBy: 'host',
    to: ['ca-c3p'],
  },
  uk: {
    events: many.slice(0, 1),
    context: {
      [many[0]!.id]: {
        uploader,
        review: { by: 'moderator 3', at: '2026-05-31T12:00:00Z', fileViewed: true, classification: 'B1' },
      },
    },
    jurisdiction: 'uk',
    to: ['uk-nca', 'ncmec'],
  },
};
