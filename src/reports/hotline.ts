import { displayUri } from '../core/index.js';
import {
  basisNote,
  distinct,
  gradeOf,
  insideNotes,
  matchSentences,
  pageOf,
  seenAt,
  some,
} from './case/index.js';
import type { Case, CaseFile, IpEvent, Uploader } from './types.js';

/** What the form of a hotline or the police asks about one file, without the facts that are unknown. */
export function fileFacts(found: Case, file: CaseFile) {
  const { event, context } = file;
  const grade = gradeOf(found, file);
  return {
    eventId: event.id,
    url: file.url,
    page: pageOf(file),
    fileName: file.fileName || undefined,
    seenAt: seenAt(found, file),
    uploadedAt: context.uploadedAt,
    uploadIp: context.uploadIp,
    title: context.title,
    mediaType: event.asset.mediaType,
    sizeBytes: event.asset.size,
    inside: some(insideNotes(file)),
    hashes: {
      ...event.digests,
      others: distinct(
        event.fingerprints.map(
          (print) => `${print.algorithm}:${print.hex}${print.view ? ` (view ${print.view})` : ''}`,
        ),
      ),
    },
    frame: event.frame,
    matches: matchSentences(file),
    listedAs: basisNote(found, file),
    classification: grade && { grade: grade.grade, givenBy: grade.by },
    viewedByStaff: context.review?.fileViewed ?? false,
    offline: context.removed,
    offlineSince: context.removedAt,
    note: context.note,
  };
}

/** The account as forms ask for it, without the operator's own notes about earlier reports. */
export function accountFacts(uploader: Uploader | undefined) {
  if (!uploader) return undefined;
  const { priorReports: _, ...account } = uploader;
  return account;
}

const line = (label: string, value: unknown): string =>
  value === undefined || value === '' ? '' : `${label}: ${displayUri(String(value))}\n`;

const ipLine = ({ ip, port, event, at, proxy }: IpEvent): string =>
  [ip, port && `port ${port}`, event, at, proxy && 'perhaps a proxy'].filter(Boolean).join(', ');

/** The facts of one file, as text to paste. */
export function fileText(found: Case, file: CaseFile, number: number): string {
  const facts = fileFacts(found, file);
  return [
    `File ${number}\n`,
    line('  Address', facts.url ?? file.event.uri),
    line('  Shown on', facts.page),
    line('  Name', facts.fileName),
    line('  Seen', facts.seenAt),
    line('  Uploaded', facts.uploadedAt),
    line('  Uploaded from', facts.uploadIp && ipLine(facts.uploadIp)),
    line('  Title', facts.title),
    line('  Type, bytes', `${facts.mediaType}, ${facts.sizeBytes}`),
    ...(facts.inside ?? []).map((note) => line('  Inside', note)),
    line('  SHA-256', facts.hashes.sha256),
    line('  SHA-1', facts.hashes.sha1),
    line('  MD5', facts.hashes.md5),
    ...facts.hashes.others.map((hash) => line('  Fingerprint', hash)),
    ...(facts.frame === undefined ? [] : [line('  Frame, counted from 0', facts.frame)]),
    ...facts.matches.map((match) => line('  Match', match)),
    line('  Listed', facts.listedAs),
    line(
      '  Classification',
      facts.classification && `${facts.classification.grade} (by ${facts.classification.givenBy})`,
    ),
    line('  Viewed by staff', facts.viewedByStaff ? 'yes' : 'no'),
    line('  Offline', facts.offline === undefined ? 'not recorded' : facts.offline ? 'yes' : 'no'),
    line('  Offline since', facts.offlineSince),
    line('  Note', facts.note),
  ].join('');
}

/** The account as text to paste. */
export function accountText(uploader: Uploader | undefined): string {
  if (!uploader) return 'Account: not known\n';
  return [
    line('Account', uploader.id ?? 'none known; the person behind the upload'),
    line('  Name', [uploader.firstName, uploader.lastName].filter(Boolean).join(' ')),
    line('  Date of birth', uploader.dateOfBirth),
    line('  Screen name', uploader.screenName),
    ...(uploader.displayNames ?? []).map((name) => line('  Shown as', name)),
    ...(uploader.emails ?? []).map((email) =>
      line(
        '  E-mail',
        `${email.address}${email.verified === undefined ? '' : email.verified ? ' (verified)' : ' (not verified)'}${email.verifiedAt === undefined ? '' : `, ${email.verifiedAt}`}`,
      ),
    ),
    ...(uploader.phones ?? []).map((phone) => line('  Telephone', phone)),
    ...(uploader.profileUrls ?? []).map((url) => line('  Profile', url)),
    ...(uploader.ips ?? []).map((ip) => line('  IP address', ipLine(ip))),
    ...(uploader.devices ?? []).map(({ type, value, at }) =>
      line('  Device', [type, value, at].filter(Boolean).join(', ')),
    ),
    line('  Closed', uploader.disabledAt),
    line('  Note', uploader.note),
  ].join('');
}
