import { insideOf, mergedEvent, UsageError } from '../core/index.js';
import type { DetectionEvent, Match } from '../core/types.js';

const digestShapes = { md5: 32, sha1: 40, sha256: 64 } as const;
const schema = 'hashsieve/event/1';

type Json = { readonly [key: string]: unknown };
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function needText(event: Json, key: string, where: string): void {
  if (typeof event[key] !== 'string' || event[key] === '') {
    throw new UsageError(`${where}: the event has no ${key}; write the events again with hashsieve scan`);
  }
}

function checkMatch(match: unknown, where: string): void {
  const ok =
    isObject(match) &&
    ['list', 'entryId', 'algorithm', 'category'].every((key) => typeof match[key] === 'string') &&
    (typeof match.matcher === 'string' ||
      (typeof match.distance === 'number' && typeof match.threshold === 'number'));
  if (!ok)
    throw new UsageError(`${where}: a match lacks list, entryId, algorithm, distance, threshold or category`);
}

function checkInside({ uri, member, part }: Json, where: string): void {
  const isName = (name: unknown): name is string | undefined =>
    name === undefined || (typeof name === 'string' && name !== '');
  if (isName(member) && isName(part)) {
    const inside = insideOf({ ...(member && { member }), ...(part && { part }) });
    if (String(uri).endsWith(inside)) return;
  }
  throw new UsageError(
    `${where}: uri does not end with "!/" and member, "#" and part; write the events again with hashsieve scan`,
  );
}

/**
 * The event in one record of an events file; undefined for a record of another outcome. Raises UsageError, which names
 * `where`.
 */
export function readRecord(record: unknown, where: string): DetectionEvent | undefined {
  if (!isObject(record))
    throw new UsageError(`${where}: not a JSON object; give a file that hashsieve scan wrote`);
  if (record.outcome !== undefined && record.outcome !== 'matched') return undefined;
  if (record.schema !== schema) {
    const found = typeof record.schema === 'string' ? `has the schema "${record.schema}"` : 'names no schema';
    throw new UsageError(
      `${where}: the event ${found}, this version reads ${schema}; scan again, or use the version that wrote it`,
    );
  }
  for (const key of ['id', 'detectedAt', 'uri', 'scanId']) needText(record, key, where);
  checkInside(record, where);
  if (Number.isNaN(Date.parse(record.detectedAt as string))) {
    throw new UsageError(`${where}: detectedAt is no time; write the events again with hashsieve scan`);
  }
  for (const [algorithm, length] of Object.entries(digestShapes)) {
    const hex = isObject(record.digests) ? record.digests[algorithm] : undefined;
    if (typeof hex !== 'string' || !new RegExp(`^[0-9a-f]{${length}}$`).test(hex)) {
      throw new UsageError(
        `${where}: the event has no ${algorithm} digest; write the events again with hashsieve scan`,
      );
    }
  }
  if (!Array.isArray(record.matches) || record.matches.length === 0) {
    throw new UsageError(`${where}: the event has no matches; write the events again with hashsieve scan`);
  }
  for (const match of record.matches) checkMatch(match, where);
  const { matchCount = record.matches.length } = record;
  if (!Number.isSafeInteger(matchCount) || (matchCount as number) < record.matches.length)
    throw new UsageError(
      `${where}: matchCount is no count of all matches; write the events again with hashsieve scan`,
    );
  if (!isObject(record.asset) || !Array.isArray(record.fingerprints) || !Array.isArray(record.lists)) {
    throw new UsageError(
      `${where}: the event lacks asset, fingerprints or lists; write the events again with hashsieve scan`,
    );
  }
  return record as unknown as DetectionEvent;
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${where}: not valid JSON`);
  }
}

/**
 * Reads the events of a file one by one, in its order: JSONL (one record on each line; it passes over records of other
 * outcomes, and need not hold all lines in memory), or one JSON document with `results` or `events`. `joined` merges
 * events of the same id. Raises UsageError, which names the line.
 */
export async function readEvents(
  lines: AsyncIterable<string>,
  name: string,
): Promise<readonly DetectionEvent[]> {
  const events: DetectionEvent[] = [];
  const add = (record: unknown, where: string) => {
    const event = readRecord(record, where);
    if (event) events.push(event);
  };
  const document: string[] = [];
  let number = 0;
  let first = true;
  for await (const line of lines) {
    number += 1;
    if (first && line.trim() !== '') {
      first = false;
      if (isDocument(line)) document.push(line);
      else add(parse(line, `${name} line ${number}`), `${name} line ${number}`);
    } else if (document.length > 0) document.push(line);
    else if (line.trim() !== '') add(parse(line, `${name} line ${number}`), `${name} line ${number}`);
  }
  if (document.length > 0) {
    const whole = parse(document.join('\n'), name);
    const records = recordsOf(whole);
    if (!records)
      throw new UsageError(`${name}: neither events line by line nor a document with "events" or "results"`);
    records.forEach((record, i) => {
      add(record, `${name} event ${i + 1}`);
    });
  }
  return events;
}

/** Merges the events that have the same id: what several runs said about a detection, in any order. */
export function joinedEvents(events: readonly DetectionEvent[]): readonly DetectionEvent[] {
  const byId = new Map<string, DetectionEvent[]>();
  for (const event of events) {
    const same = byId.get(event.id);
    if (same) same.push(event);
    else byId.set(event.id, [event]);
  }
  const time = ({ detectedAt }: DetectionEvent) => Date.parse(detectedAt);
  return [...byId.values()].map((same) => mergedEvent(same.sort((a, b) => time(a) - time(b))));
}

/** The records of a document: `results`, as scan writes them, or `events`. */
function recordsOf(document: unknown): readonly unknown[] | undefined {
  if (!isObject(document)) return undefined;
  return [document.results, document.events].find((records) => Array.isArray(records));
}

/** True where a file's first line begins a JSON document of several lines, or is a document with events. */
function isDocument(line: string): boolean {
  try {
    return recordsOf(JSON.parse(line)) !== undefined;
  } catch {
    return /^\s*[{[]/.test(line) && !line.includes('"outcome"');
  }
}

/** Why an event is not reported. */
export type Refusal = 'test' | 'suppressed' | 'ncii' | 'own' | 'exploitative' | 'harmful-abusive-material';

export const refusals: Readonly<Record<Refusal, string>> = {
  test: 'every match is a test entry: nothing illegal was found',
  suppressed: 'every match is on an allow list',
  ncii: 'the match is an intimate image of an adult: no child protection authority takes it, see StopNCII.org',
  own:
    'it matches only a list of your own, which does not say what it is; where a person decided that it is child sexual abuse ' +
    'material, say so with review.classification in --context, or with --classification for all files of the draft ' +
    '(and list such files with hashsieve list add --category csam)',
  'harmful-abusive-material':
    'a matching service calls it harmful-abusive-material, which is not illegal in every country; where a person decided ' +
    'that it is to be reported, say so with review.classification in --context, or with --classification for all files ' +
    'of the draft',
  exploitative:
    'it is listed as exploitative only, and this text would call it illegal; where a person decided that it is, say so with ' +
    'review.classification in --context, or with --classification for all files of the draft',
};

const isSuppressed = (of: object): boolean => {
  const mark = (of as { suppressed?: unknown }).suppressed;
  return mark !== undefined && mark !== false && mark !== null;
};

/** The matches of an event that may be reported, or why there are none. */
export function reportable(
  event: DetectionEvent,
): { readonly matches: readonly Match[] } | { readonly refusal: 'test' | 'suppressed' | 'ncii' } {
  if (isSuppressed(event)) return { refusal: 'suppressed' };
  const live = event.matches.filter((match) => !isSuppressed(match));
  if (live.length === 0) return { refusal: 'suppressed' };
  const matches = live.filter((match) => match.category !== 'test' && match.category !== 'ncii');
  if (matches.length > 0) return { matches };
  return { refusal: live.some((match) => match.category === 'ncii') ? 'ncii' : 'test' };
}
