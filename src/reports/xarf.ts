import { createHash } from 'node:crypto';
import { displayUri, grades, UsageError } from '../core/index.js';
import {
  Checker,
  commonOpenPoints,
  distinct,
  gradeOf,
  insideNotes,
  isObject,
  itemsOf,
  json,
  matchesEntry,
  matchSentences,
  needUrl,
  pageOf,
  parseDraft,
  pieceOf,
  seenAt,
} from './case/index.js';
import type { Authority, Case, CaseFile, Finding } from './types.js';
import { characters, hostOf, uriOf } from './xml/index.js';

/**
 * The version of XARF that a notice names: v4, category content, type csam (https://xarf.org/). A notice holds one
 * `url`, so the draft has one notice for each address.
 */
const xarfVersion = '4.2.0';
/** Most characters of a description. */
const maxDescription = 1000;
const noticeName = /^notice-\d{3,}\.json$/;

/** Who reports, or who sends: `contact` is an e-mail address. */
interface Contact {
  readonly org: string;
  readonly contact: string;
  readonly domain: string;
}

/** A notice of XARF v4 (https://xarf.org/), category content, type csam. */
export interface XarfNotice {
  /** Version of XARF: `4.2.0`. */
  readonly xarf_version: string;
  /** A UUID. */
  readonly report_id: string;
  /** When the first of the files was seen, ISO 8601. */
  readonly timestamp: string;
  readonly reporter: Contact;
  /** The same as `reporter`. */
  readonly sender: Contact;
  /** The host's IP address where the context tells it, else the host of `url`. */
  readonly source_identifier: string;
  readonly category: 'content';
  readonly type: 'csam';
  readonly evidence_source: string;
  /** One text that says what was compared. It never holds material. */
  readonly evidence: readonly {
    readonly content_type: 'text/plain';
    readonly description: string;
    /** The text, base64. */
    readonly payload: string;
    /** `sha256:` and the digest of the text, hex. */
    readonly hash: string;
    /** Bytes of the text. */
    readonly size: number;
  }[];
  /** At most 1000 characters. */
  readonly description: string;
  /** The address at which the files were found, as RFC 3986 writes it. */
  readonly url: string;
  /** The host of `url`; absent where XARF's pattern refuses it: an IP address, `localhost`, an international name. */
  readonly domain?: string;
  /** The grade of the files, which is a legal statement. */
  readonly classification: (typeof grades)[number];
  readonly detection_method: 'hash_match';
  /** `mixed`: both kinds, or neither. */
  readonly media_type: 'image' | 'video' | 'mixed';
  /** Digests of what the address serves, hex; absent where only something inside it matched. */
  readonly hash_values?: { readonly md5: string; readonly sha1: string; readonly sha256: string };
  /** Number of the report to NCMEC that covers these files, where one was filed. */
  readonly ncmec_report_id?: string;
  /** True where all files were removed; else absent. */
  readonly content_removed?: boolean;
  /** True where all accounts behind the files were closed; else absent. */
  readonly account_suspended?: boolean;
}

/** XARF's own pattern of a domain. */
const domainPattern = /^([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}$/;
/** A host name as RFC 1123 has it. */
const hostPattern =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

function contactOf({ operator }: Case): Contact {
  const contact = operator.reporter.email;
  if (!contact) throw new UsageError('XARF names a contact: set operator.reporter.email.');
  if ([...operator.organisation].length > 200) {
    throw new UsageError('operator.organisation: XARF takes at most 200 characters; shorten it.');
  }
  return { org: operator.organisation, contact, domain: operator.domain };
}

function gradeNeeded(found: Case, files: readonly CaseFile[]): XarfNotice['classification'] {
  const grades = files.map((file) => {
    const grade = gradeOf(found, file);
    if (grade) return grade.grade;
    throw new UsageError(
      `event ${file.event.id} (${displayUri(file.event.uri)}): XARF demands a classification and no list or person gave ` +
        'one; let a person decide and give --classification baseline|A1|A2|B1|B2, or review.classification in --context',
    );
  });
  if (new Set(grades).size > 1) {
    throw new UsageError(
      `${displayUri(files[0]!.url!)}: the files there have the grades ${[...new Set(grades)].join(', ')} and XARF takes one; ` +
        'let a person decide and give all of them the same review.classification in --context',
    );
  }
  return grades[0]!;
}

/** The evidence as text: what was compared, and when. It never holds the picture or a copy of it. */
function evidence(found: Case, files: readonly CaseFile[]): XarfNotice['evidence'][number] {
  const lines = files.flatMap((file) => [
    `Seen ${seenAt(found, file)}${file.event.frame === undefined ? '' : `, frame ${file.event.frame} (counted from 0)`}`,
    ...insideNotes(file),
    ...[pageOf(file)].flatMap((page) => (page === undefined ? [] : `Shown on the page ${page}`)),
    `SHA-256 ${file.event.digests.sha256}`,
    ...file.event.fingerprints.map(
      (print) => `${print.algorithm.toUpperCase()} ${print.hex}${print.view ? ` (view ${print.view})` : ''}`,
    ),
    ...matchSentences(file, 'host'),
  ]);
  const text = Buffer.from(`${lines.join('\n')}\nNo picture is attached, on purpose.\n`);
  return {
    content_type: 'text/plain',
    description: 'What was compared, with which result, and when',
    payload: text.toString('base64'),
    hash: `sha256:${createHash('sha256').update(text).digest('hex')}`,
    size: text.length,
  };
}

const mediaTypeOf = (files: readonly CaseFile[]): XarfNotice['media_type'] => {
  const kinds = new Set(files.map((file) => file.event.asset.mediaType.split('/')[0]));
  if (kinds.size > 1) return 'mixed';
  return kinds.has('image') ? 'image' : kinds.has('video') ? 'video' : 'mixed';
};

/**
 * The description. It names the pages that show the files where it then has at most `maxDescription` characters. The
 * evidence always names them.
 */
function descriptionOf(files: readonly CaseFile[]): string {
  const facts = `${matchesEntry(files)}, found by comparing hashes. No material is attached.`;
  const pages = distinct(files.map(pageOf)).map((page) =>
    page === undefined ? '' : ` Shown on the page ${page}`,
  );
  const whole = [facts, ...pages].join('');
  return characters(whole) <= maxDescription ? whole : `${facts} The evidence names the pages that show it.`;
}

/**
 * Makes one notice for all files at one address. Raises UsageError where the address, the grade or the contact is
 * missing, where the files have different grades, and where the organisation's name is longer than 200 characters.
 */
export function xarfNotice(found: Case, files: readonly CaseFile[], reportId: string): XarfNotice {
  const url = needUrl(files[0]!, 'XARF');
  const contact = contactOf(found);
  const uri = uriOf(url);
  if (uri === undefined)
    throw new UsageError(
      `event ${files[0]!.event.id}: ${displayUri(url)} is no web address that XARF can hold`,
    );
  const host = hostOf(url)!.replace(/^\[|\]$/g, '');
  // The event of a file inside another one has no digests of what the address itself serves.
  const whole = files.find(({ event }) => event.member === undefined && pieceOf({ event }) === undefined);
  const removed = files.every((file) => file.context.removed === true);
  const closed = files.every((file) => file.context.uploader?.disabledAt !== undefined);
  const reports = distinct(files.map((file) => found.filed?.get(file.event.id)));
  return {
    xarf_version: xarfVersion,
    report_id: reportId,
    timestamp: seenAt(found, files[0]!),
    reporter: contact,
    sender: contact,
    source_identifier: files[0]!.context.hostIp ?? host,
    category: 'content',
    type: 'csam',
    evidence_source: 'automated_scan',
    evidence: [evidence(found, files)],
    description: descriptionOf(files),
    url: uri,
    ...(domainPattern.test(host) ? { domain: host } : {}),
    classification: gradeNeeded(found, files),
    detection_method: 'hash_match',
    media_type: mediaTypeOf(files),
    ...(whole ? { hash_values: whole.event.digests } : {}),
    ...(reports.length === 1 && reports[0] !== undefined ? { ncmec_report_id: String(reports[0]) } : {}),
    ...(removed ? { content_removed: true } : {}),
    ...(closed ? { account_suspended: true } : {}),
  };
}

/**
 * Groups the files of a case by address, in the order in which the addresses first occur. Raises UsageError for a file
 * without an address.
 */
export function byAddress(found: Case): readonly (readonly CaseFile[])[] {
  const groups = new Map<string, CaseFile[]>();
  for (const file of found.files) {
    const url = needUrl(file, 'XARF');
    groups.set(url, [...(groups.get(url) ?? []), file]);
  }
  return [...groups.values()];
}

function checkContact(checker: Checker, value: unknown, at: string): void {
  const contact = isObject(value) ? value : {};
  checker.only(contact, at, ['org', 'contact', 'domain']);
  checker.text(contact.org, `${at}/org`, 200);
  checker.pattern(contact.contact, `${at}/contact`, /^[^\s@]+@[^\s@]+$/);
  checker.pattern(contact.domain, `${at}/domain`, hostPattern);
}

function checkEvidence(checker: Checker, value: unknown): void {
  if (value === undefined) return;
  const items = itemsOf(checker, value, '/evidence');
  if (items.length > 50) checker.add('/evidence', 'length', 'at most 50 pieces are taken');
  items.forEach((item, i) => {
    const at = `/evidence[${i + 1}]`;
    if (item.content_type !== 'text/plain') {
      checker.add(
        `${at}/content_type`,
        'no-media',
        'must be text/plain: a notice never carries the material',
      );
    }
    checker.pattern(item.payload, `${at}/payload`, /^[A-Za-z0-9+/]+={0,2}$/);
    if (item.description !== undefined) checker.text(item.description, `${at}/description`, 500);
    if (item.hash !== undefined)
      checker.pattern(item.hash, `${at}/hash`, /^(md5|sha1|sha256|sha512):[a-fA-F0-9]+$/);
    if (typeof item.size === 'number' && item.size > 5_242_880)
      checker.add(`${at}/size`, 'range', 'is above 5242880');
  });
}

/**
 * Finds every rule of XARF v4 that a notice breaks.
 * @param files texts of the draft's files by name
 * @param file name of the notice
 * @param now milliseconds since 1970
 */
export function checkXarf(files: ReadonlyMap<string, string>, file: string, now: number): readonly Finding[] {
  const parsed = parseDraft(files, file);
  if ('findings' in parsed) return parsed.findings;
  const { value } = parsed;
  const checker = new Checker(file, now);
  checker.pattern(value.xarf_version, '/xarf_version', /^4\.\d+\.\d+$/);
  checker.pattern(value.report_id, '/report_id', /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i);
  checker.time(value.timestamp, '/timestamp');
  checkContact(checker, value.reporter, '/reporter');
  checkContact(checker, value.sender, '/sender');
  checker.text(value.source_identifier, '/source_identifier');
  checker.oneOf(value.category, '/category', ['content']);
  checker.oneOf(value.type, '/type', ['csam']);
  checker.url(value.url, '/url');
  if (typeof value.url === 'string' && uriOf(value.url) !== value.url)
    checker.add('/url', 'url', 'is not written as RFC 3986 demands: encode what it does not allow');
  if (value.domain !== undefined) checker.pattern(value.domain, '/domain', domainPattern);
  if (value.ncmec_report_id !== undefined)
    checker.pattern(value.ncmec_report_id, '/ncmec_report_id', /^\d+$/);
  for (const key of ['content_removed', 'account_suspended'])
    if (value[key] !== undefined && typeof value[key] !== 'boolean')
      checker.add(`/${key}`, 'boolean', 'is neither true nor false');
  checker.oneOf(value.classification, '/classification', grades);
  checker.oneOf(value.detection_method, '/detection_method', [
    'hash_match',
    'ai_detection',
    'manual_review',
    'user_report',
    'automated_scan',
  ]);
  if (value.description !== undefined) checker.text(value.description, '/description', maxDescription);
  checkEvidence(checker, value.evidence);
  for (const key of ['_internal', 'screenshot_url']) {
    if (value[key] !== undefined) checker.add(`/${key}`, 'unknown', 'must never be sent');
  }
  return checker.findings;
}

/** The hosting provider as an authority: it gets notices of XARF v4. */
export const xarf: Authority = {
  title: 'Hosting provider: XARF v4 notice',
  about: 'XARF v4 content/csam notices for the host of the addresses, one file per address',
  filing: [
    "Send each notice-NNN.json to the hosting provider's abuse address or interface (hashsieve report notice --to host finds it).",
    'A notice to a host is no report to an authority.',
  ],
  groupBy: 'host',
  statesIllegality: true,
  named: 'XARF names its reporter',

  draft(found, uuid) {
    const notices = byAddress(found).map((files) => xarfNotice(found, files, uuid()));
    return {
      files: Object.fromEntries(
        notices.map((notice, i) => [`notice-${String(i + 1).padStart(3, '0')}.json`, json(notice)]),
      ),
      summary: notices.map(({ timestamp, url }) => `${timestamp} ${displayUri(url)}\n`).join(''),
      open: [...commonOpenPoints(found), 'Check each classification: it is a legal statement.'],
    };
  },

  check(files, now) {
    const names = [...files.keys()].filter((name) => noticeName.test(name)).sort();
    if (names.length === 0) {
      return [{ file: 'notice-001.json', element: '/', rule: 'required', message: 'the file is missing' }];
    }
    return names.flatMap((name) => checkXarf(files, name, now));
  },
};
