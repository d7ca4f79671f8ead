import { displayUri, grades, matchCountOf, printable, UsageError, utcText } from '../../core/index.js';
import type { Match } from '../../core/types.js';
import type { Case, CaseFile, ContactPerson, Review } from '../types.js';
import { isPlainUrl } from '../xml/index.js';

/** Facts of a case that several authorities ask for, in one place. */

/** When the asset was seen, UTC; never later than the draft. */
export const seenAt = (found: Case, file: CaseFile): string =>
  utcText(Math.min(Date.parse(file.event.detectedAt), found.now - 1000));

/** The web address. Raises UsageError, naming the event and the way out, where there is none that can be used. */
export function needUrl(file: CaseFile, authority: string): string {
  const where = `event ${file.event.id} (${displayUri(file.event.uri)})`;
  const wayOut = 'give its public address as "url" in --context, or the folder in operator.publicAddresses';
  if (file.url === undefined) throw new UsageError(`${where}: ${authority} needs a web address; ${wayOut}`);
  if (!isPlainUrl(file.url)) {
    throw new UsageError(`${where}: the address holds blanks or control characters; ${wayOut}`);
  }
  return file.url;
}

/** The web page that shows the file, where it was found on one: whoever acts needs both addresses. */
export const pageOf = ({ event: { page } }: CaseFile): string | undefined =>
  page !== undefined && /^https?:/.test(page) && isPlainUrl(page) ? page : undefined;

/** Piece of a file that an event is about; not the moment of a video, whose hashes are those of the file. */
export const pieceOf = ({ event: { part } }: Pick<CaseFile, 'event'>): string | undefined =>
  part === undefined || /^t=\d/.test(part) ? undefined : part;

/** True for a picture of a document, which has no bytes of its own: it is hashed as a PNG. */
const isRemade = ({ event: { member, asset } }: CaseFile): boolean =>
  member !== undefined && /(^|!\/)image-\d+$/.test(member) && asset.mediaType === 'image/png';

/** What the hashes are of, where that is not the file that the address or the name stands for. */
export function hashesOf(file: CaseFile): string | undefined {
  const piece = pieceOf(file);
  if (piece !== undefined)
    return printable(`The hashes are of a piece of the file: ${piece}. The file itself has others.`);
  return isRemade(file)
    ? 'Where this is a picture of a PDF document, the hashes are of a PNG that was made of it, and no file has them.'
    : undefined;
}

/** Where inside a file the match lies, and what its hashes are of: one sentence each. */
export const insideNotes = (file: CaseFile): readonly string[] => {
  const { member } = file.event;
  return [
    ...(member === undefined ? [] : [`The file is inside an archive, as: ${displayUri(member)}`]),
    ...[hashesOf(file)].flatMap((note) => note ?? []),
  ];
};

/** Distinct values in their first order. */
export const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

/** A list that holds something; undefined for an empty one. */
export const some = <T>(values: readonly T[]): readonly T[] | undefined =>
  values.length === 0 ? undefined : values;

/** `PDQ` and `SHA256`, as authorities write them. */
export const algorithmTitle = (algorithm: string): string => algorithm.toUpperCase();

/**
 * One match as a sentence. It names the list, never the listed hash; the entry only for authorities, because entries
 * are nobody else's business.
 */
function matchSentence(match: Match, to: 'authority' | 'host' = 'authority'): string {
  const view = match.view === undefined ? '' : `, view ${match.view}`;
  const frame = match.frame === undefined ? '' : `, frame ${match.frame} (counted from 0)`;
  const place = match.time === undefined ? frame : `, at ${match.time.toFixed(1)} s of the video`;
  const kind = match.category === 'csam' ? '' : ` (${match.category})`;
  const grade = match.classification === undefined ? '' : `, listed as ${match.classification}`;
  return printable(
    `${algorithmTitle(match.algorithm)} at distance ${match.distance} (threshold ${match.threshold}, bits) from ` +
      `${to === 'host' ? 'an entry' : `entry ${match.entryId}`} of list ${match.list}${kind}${grade}${view}${place}`,
  );
}

/** Every match of a file that its event tells, as a sentence each, and how many it does not tell. */
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

/** The grade of a file: by the human who looked, by the command line, or as the list has it in the same scale. */
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

/** Address on one line. */
export const addressLine = (person: ContactPerson): string => {
  const a = person.address ?? {};
  return [a.street, [a.postcode, a.city].filter(Boolean).join(' '), a.state, a.country]
    .filter(Boolean)
    .join(', ');
};

/** Pretty JSON, ending in a line end. */
export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** What is open for every authority: facts that nobody gave, decisions that a human must take. */
export function commonOpenPoints(found: Case): readonly string[] {
  const unseen = found.files.filter((file) => !file.context.review).length;
  const fuzzy = found.files.filter((file) => file.matches.every((match) => match.distance > 0)).length;
  const open = [
    'Decide whether to report. A match is a strong hint, not a finding of fact; this tool decides nothing.',
  ];
  if (unseen > 0) {
    open.push(
      `Nobody is recorded as having looked at ${unseen} of ${found.files.length} file(s). The draft says so. Nobody has to look in order to report.`,
    );
  }
  if (fuzzy > 0) {
    open.push(`${fuzzy} file(s) match by similarity only (distance above 0): say so where you are asked.`);
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
