import {
  displayUri,
  grades,
  isResemblance,
  matchCountOf,
  nearnessOf,
  printable,
  UsageError,
  utcText,
} from '../../core/index.js';
import type { Match } from '../../core/types.js';
import type { Case, CaseFile, ContactPerson, Review } from '../types.js';
import { isPlainUrl } from '../xml/index.js';

/** Facts of a case that several authorities ask for, in one place. */

/** When the asset was seen, UTC; never after the time of the draft. */
export const seenAt = (found: Case, file: CaseFile): string =>
  utcText(Math.min(Date.parse(file.event.detectedAt), found.now - 1000));

/** The web address. Raises UsageError, which names the event and the way out, where there is no usable one. */
export function needUrl(file: CaseFile, authority: string): string {
  const where = `event ${file.event.id} (${displayUri(file.event.uri)})`;
  const wayOut = 'give its public address as "url" in --context, or the folder in operator.publicAddresses';
  if (file.url === undefined) throw new UsageError(`${where}: ${authority} needs a web address; ${wayOut}`);
  if (!isPlainUrl(file.url)) {
    throw new UsageError(`${where}: the address holds blanks or control characters; ${wayOut}`);
  }
  return file.url;
}

/** The web page that shows the file, where the file was found on one: the receiver needs both addresses. */
export const pageOf = ({ event: { page } }: CaseFile): string | undefined =>
  page !== undefined && /^https?:/.test(page) && isPlainUrl(page) ? page : undefined;

/**
 * The piece of a file that an event is about. Undefined for the moment of a video, whose hashes are those of the whole
 * file.
 */
export const pieceOf = ({ event: { part } }: Pick<CaseFile, 'event'>): string | undefined =>
  part === undefined || /^t=\d/.test(part) ? undefined : part;

/** True for a picture from a document that has no bytes of its own: it is hashed as a PNG. */
const isRemade = ({ event: { member, asset } }: CaseFile): boolean =>
  member !== undefined && /(^|!\/)image-\d+$/.test(member) && asset.mediaType === 'image/png';

/** What was hashed, where that is not the file at the address. */
export function hashesOf(file: CaseFile): string | undefined {
  const piece = pieceOf(file);
  if (piece !== undefined)
    return printable(`The hashes are of a piece of the file: ${piece}. The file itself has others.`);
  return isRemade(file)
    ? 'Where this is a picture of a PDF document, the hashes are of a PNG that was made of it, and no file has them.'
    : undefined;
}

/** Where the match is within a file, and what was hashed: one sentence each. */
export const insideNotes = (file: CaseFile): readonly string[] => {
  const { member } = file.event;
  return [
    ...(member === undefined ? [] : [`The file is inside an archive, as: ${displayUri(member)}`]),
    ...[hashesOf(file)].flatMap((note) => note ?? []),
  ];
};

/** Distinct values, in the order in which they first occur. */
export const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

/** The list, or undefined where it is empty. */
export const some = <T>(values: readonly T[]): readonly T[] | undefined =>
  values.length === 0 ? undefined : values;

/** `PDQ` and `SHA256`, as authorities write them. */
export const algorithmTitle = (algorithm: string): string => algorithm.toUpperCase();

/**
 * One match as a sentence. It names the list and never the listed hash. It names the entry for authorities only,
 * because entries concern no one else.
 */
function matchSentence(match: Match, to: 'authority' | 'host' = 'authority'): string {
  const view = match.view === undefined ? '' : `, view ${match.view}`;
  const frame = match.frame === undefined ? '' : `, frame ${match.frame} (counted from 0)`;
  const place = match.time === undefined ? frame : `, at ${match.time.toFixed(1)} s of the video`;
  const kind = match.category === 'csam' ? '' : ` (${match.category})`;
  const grade = match.classification === undefined ? '' : `, listed as ${match.classification}`;
  const nearness =
    match.distance === undefined
      ? `${nearnessOf(match)} (its distance is not told) with`
      : `at distance ${match.distance} (threshold ${match.threshold}, bits) from`;
  return printable(
    `${algorithmTitle(match.algorithm)} ${nearness} ` +
      `${to === 'host' ? 'an entry' : `entry ${match.entryId}`} of ${match.matcher === undefined ? 'list' : 'the matching service'} ${match.list}${kind}${grade}${view}${place}`,
  );
}

/** A sentence for each match that the event of a file lists, and one for the number of those it does not list. */
export function matchSentences(
  { event, matches }: Pick<CaseFile, 'event' | 'matches'>,
  to: 'authority' | 'host' = 'authority',
): readonly string[] {
  const untold = matchCountOf(event) - event.matches.length;
  return [
    ...matches.map((match) => matchSentence(match, to)),
    ...(untold > 0 ? [`${untold} more listed hashes, none of them nearer`] : []),
  ];
}

/** The grade of a file: from the person who looked, from the command line, or from a list that uses the same scale. */
export function gradeOf(
  found: Pick<Case, 'classification'>,
  file: Pick<CaseFile, 'context' | 'matches'>,
): { readonly grade: NonNullable<Review['classification']>; readonly by: string } | undefined {
  const { review } = file.context;
  if (review?.classification) return { grade: review.classification, by: review.by };
  if (found.classification) return { grade: found.classification, by: 'the operator' };
  for (const match of file.matches) {
    const grade = grades.find((known) => known === match.classification);
    if (grade) return { grade, by: `list ${match.list}` };
  }
  return undefined;
}

export const fullName = (person: ContactPerson): string =>
  [person.firstName, person.lastName].filter((part) => part !== undefined).join(' ');

/** An address on one line. */
export const addressLine = (person: ContactPerson): string => {
  const a = person.address ?? {};
  return [a.street, [a.postcode, a.city].filter(Boolean).join(' '), a.state, a.country]
    .filter(Boolean)
    .join(', ');
};

/** Pretty JSON, ending in a line end. */
export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The open points for every authority: missing facts, and decisions that a person must take. */
export function commonOpenPoints(found: Case): readonly string[] {
  const unseen = found.files.filter((file) => !file.context.review).length;
  const fuzzy = found.files.filter((file) => file.matches.every(isResemblance)).length;
  const open = [
    'Decide whether to report. A match is a strong hint, not a finding of fact; this tool decides nothing.',
  ];
  if (unseen > 0) {
    open.push(
      `Nobody is recorded as having looked at ${unseen} of ${found.files.length} file(s). The draft says so. Nobody has to look in order to report.`,
    );
  }
  if (fuzzy > 0) {
    open.push(
      `${fuzzy} file(s) match by similarity only (distance above 0, or called near by a matching service): say so where you are asked.`,
    );
  }
  const own = found.files.filter(({ matches }) => matches.every(({ category }) => category === 'own')).length;
  if (own > 0) {
    open.push(
      `${own} file(s) match only a list of your own. What the draft says of them rests on the grade that was given: check it.`,
    );
  }
  if (found.files.some(({ matches }) => matches.some(({ category }) => category === 'exploitative'))) {
    open.push(
      "Some files are listed as exploitative. Ask the list's supplier whether such entries are to be reported.",
    );
  }
  if (!found.uploader)
    open.push('The account behind the files is not known or not one: give it with --context if you have it.');
  if (found.files.some((file) => file.context.uploadedAt === undefined)) {
    open.push('Upload time is missing for some files: give uploadedAt with --context if you have it.');
  }
  if (found.files.some((file) => file.context.removed === undefined)) {
    open.push(
      'Say whether the files are offline already (removed in --context). Take them offline; do not delete them before you know what to preserve.',
    );
  }
  return open;
}
