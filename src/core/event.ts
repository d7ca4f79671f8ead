import { createHash } from 'node:crypto';
import { BestMatches } from './best-matches.js';
import { withoutSecrets } from './secrets.js';
import type { AssetFacts, AssetRef, DetectionEvent, ListIdentity, Match, ScanResult } from './types.js';

/** The facts of a run that its events carry. */
export interface EventContext {
  /** Id of the run. */
  readonly scanId: string;
  /** Version of hashsieve. */
  readonly toolVersion: string;
  /** The lists of the run. */
  readonly lists: readonly ListIdentity[];
  /** The time at which the asset was matched. */
  readonly now: Date;
}

/**
 * Full address of an asset as events and messages give it: an asset inside a container is `container!/member`, a piece
 * of a file `file#part`. Secrets in it are hidden.
 */
export const addressOf = (ref: AssetRef): string => withoutSecrets(ref.uri) + insideOf(ref);

/** Address of the file, URL or object itself: of the container, where the asset is inside one. */
export const containerOf = (event: Pick<DetectionEvent, 'uri' | 'member' | 'part'>): string =>
  event.uri.slice(0, event.uri.length - insideOf(event).length);

/** True for an asset that was found inside another. */
export const isInside = ({ member, part }: AssetRef): boolean => member !== undefined || part !== undefined;

/**
 * The end of an event's address that says where inside a file the asset is: `!/member`, `#part`, or both in this order;
 * empty for a file itself.
 */
export const insideOf = ({ member, part }: Pick<AssetRef, 'member' | 'part'>): string =>
  (member === undefined ? '' : `!/${member}`) + (part === undefined ? '' : `#${part}`);

/** Number of an asset's matches, including those that are not listed. */
export const matchCountOf = ({ matches, matchCount }: Counted): number => matchCount ?? matches.length;

type Counted = Pick<DetectionEvent, 'matches' | 'matchCount'>;

/** The facts of an asset that records carry. */
export const recordedFacts = ({ times: _times, ...facts }: AssetFacts): AssetFacts => facts;

/** Makes the public record of a matched asset (docs/events.md). Pure: the same arguments give the same event. */
export function detectionEvent(
  result: Extract<ScanResult, { outcome: 'matched' }>,
  context: EventContext,
): DetectionEvent {
  const best = result.matches[0]!;
  const address = addressOf(result.ref);
  const part = result.ref.part ?? (best.time === undefined ? undefined : `t=${best.time.toFixed(1)}`);
  const digests = { md5: '', sha1: '', sha256: '' };
  for (const { algorithm, hex } of result.fingerprints)
    if (algorithm === 'md5' || algorithm === 'sha1' || algorithm === 'sha256') digests[algorithm] = hex;
  const named = new Set(result.matches.map((match) => match.list));
  const took = (algorithm: string, view?: string, frame?: number) =>
    result.matches.some((m) => m.algorithm === algorithm && m.view === view && m.frame === frame);
  return {
    schema: 'hashsieve/event/1',
    outcome: 'matched',
    id: eventId(address, digests.sha256, best.category),
    detectedAt: context.now.toISOString(),
    scanId: context.scanId,
    tool: { name: 'hashsieve', version: context.toolVersion },
    uri: addressOf({ ...result.ref, ...(part === undefined ? {} : { part }) }),
    ...(result.ref.member === undefined ? {} : { member: result.ref.member }),
    ...(part === undefined ? {} : { part }),
    ...(best.frame === undefined || best.time !== undefined ? {} : { frame: best.frame }),
    ...(result.ref.page === undefined ? {} : { page: withoutSecrets(result.ref.page) }),
    asset: recordedFacts(result.facts),
    digests,
    fingerprints: result.fingerprints.filter(
      (f) => f.view !== undefined && took(f.algorithm, f.view, f.frame),
    ),
    best,
    matches: result.matches,
    matchCount: matchCountOf(result),
    ...(result.videos ? { videos: result.videos } : {}),
    lists: context.lists.filter((list) => named.has(list.name)),
    ...marksOf(best),
    ...(result.problem ? { problem: result.problem } : {}),
  };
}

const marksOf = (best: Match) => ({
  ...(best.suppressed ? { suppressed: best.suppressed } : {}),
  ...(!best.suppressed && best.category === 'test' ? { test: true as const } : {}),
});

/**
 * Merges the events of several runs about the same detection, of which the latest stands last, into one event. It has
 * everything that any run matched, with the lists concerned, and the time of the first detection. Of several statements
 * about one match the latest counts, also on whether it is suppressed. A run whose event lacks a match says nothing
 * about it, because the run may not have had that list or may have left the match out of a long list.
 */
export function mergedEvent(events: readonly DetectionEvent[]): DetectionEvent {
  if (events.length === 1) return events[0]!;
  const merged = new Map(
    events.flatMap(({ matches }) => matches).map((match) => [matchKey(match), match] as const),
  );
  const nearest = new BestMatches();
  for (const match of merged.values()) nearest.offer(match);
  const { matches, count } = nearest.kept();
  const best = matches[0]!;
  const first = events.reduce((a, b) => (b.detectedAt < a.detectedAt ? b : a));
  // The frame or moment that an event names is that of its best match.
  const isBest = (match: Match) => matchKey(match) === matchKey(best);
  const named =
    events.findLast((event) => isBest(event.best)) ?? events.findLast((event) => event.matches.some(isBest))!;
  const { suppressed: _suppressed, test: _test, ...rest } = named;
  const page = named.page ?? events.findLast((event) => event.page !== undefined)?.page;
  // The upload that brought the asset is the first one; those after it may be tries of the same.
  const upload = first.upload ?? events.find((event) => event.upload !== undefined)?.upload;
  return {
    ...rest,
    ...(page === undefined ? {} : { page }),
    ...(upload === undefined ? {} : { upload }),
    detectedAt: first.detectedAt,
    scanId: first.scanId,
    tool: first.tool,
    fingerprints: distinct(
      events.flatMap(({ fingerprints }) => fingerprints),
      ({ algorithm, view, frame, hex }) => [algorithm, view, frame, hex],
    ),
    best,
    matches,
    // A match that one event leaves out may be in another, so there are at least this many.
    ...(events.some(({ matchCount }) => matchCount !== undefined) && {
      matchCount: events.reduce((most, event) => Math.max(most, matchCountOf(event)), count),
    }),
    ...(events.some(({ videos }) => videos) && {
      videos: distinct(
        events.flatMap(({ videos = [] }) => videos),
        ({ list, id }) => [list, id],
      ),
    }),
    lists: distinct(
      events.flatMap(({ lists }) => lists),
      ({ name, sha256 }) => [name, sha256],
    ),
    ...marksOf(best),
  };
}

const matchKey = ({ list, entryId, algorithm, distance, view, frame }: Match): string =>
  JSON.stringify([list, entryId, algorithm, distance, view, frame]);

const distinct = <T>(items: readonly T[], key: (item: T) => unknown): T[] => [
  ...new Map(items.map((item) => [JSON.stringify(key(item)), item] as const)).values(),
];

/**
 * Id of a detection: 128 bits of SHA-256 in hex. The same bytes at the same address in the same category are the same
 * detection, whichever run finds them.
 */
const eventId = (uri: string, sha256: string, category: string): string =>
  createHash('sha256')
    .update(JSON.stringify([uri, sha256, category]))
    .digest('hex')
    .slice(0, 32);
