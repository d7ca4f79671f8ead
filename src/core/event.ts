import { createHash } from 'node:crypto';
import { Nearest } from './nearest.js';
import { withoutSecrets } from './secrets.js';
import type { AssetFacts, AssetRef, DetectionEvent, ListIdentity, Match, ScanResult } from './types.js';

/** What an event says of the run it comes from. */
export interface EventContext {
  readonly scanId: string;
  readonly toolVersion: string;
  readonly lists: readonly ListIdentity[];
  /** When the asset was matched. */
  readonly now: Date;
}

/**
 * Full address of an asset, for everything that is told: one inside a container is `container!/member`, a piece of a file `file#part`.
 * Secrets in it are hidden.
 */
export const addressOf = (ref: AssetRef): string => withoutSecrets(ref.uri) + insideOf(ref);

/** Address of what is served or stored: of the container, where the asset is inside one. */
export const containerOf = (event: Pick<DetectionEvent, 'uri' | 'member' | 'part'>): string =>
  event.uri.slice(0, event.uri.length - insideOf(event).length);

/** True for an asset that was found inside another. */
export const isInside = ({ member, part }: AssetRef): boolean => member !== undefined || part !== undefined;

/** End of an event's address that says where inside a file the asset is: `!/member`, `#part`, or both in this order. */
export const insideOf = ({ member, part }: Pick<AssetRef, 'member' | 'part'>): string =>
  (member === undefined ? '' : `!/${member}`) + (part === undefined ? '' : `#${part}`);

/** Matches of an asset, those included that are not told one by one. */
export const matchCountOf = ({ matches, matchCount }: Counted): number => matchCount ?? matches.length;

type Counted = Pick<DetectionEvent, 'matches' | 'matchCount'>;

/** The facts of an asset as records tell them. */
export const factsTold = ({ times: _times, ...facts }: AssetFacts): AssetFacts => facts;

/** The public record of a matched asset (docs/events.md). Pure: the same arguments give the same event. */
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
    asset: factsTold(result.facts),
    digests,
    fingerprints: result.fingerprints.filter(
      (f) => f.view !== undefined && took(f.algorithm, f.view, f.frame),
    ),
    best,
    matches: result.matches,
    matchCount: matchCountOf(result),
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
 * One event of all that runs said of the same detection, the latest last: everything that any of them matched and the
 * lists that said so, as first detected. A later word on a match counts, also whether it is suppressed; a run that did
 * not have a match, or did not tell it among its many, says nothing of it.
 */
export function mergedEvent(events: readonly DetectionEvent[]): DetectionEvent {
  if (events.length === 1) return events[0]!;
  const merged = new Map(
    events.flatMap(({ matches }) => matches).map((match) => [matchKey(match), match] as const),
  );
  const nearest = new Nearest();
  for (const match of merged.values()) nearest.offer(match);
  const { matches, count } = nearest.told();
  const best = matches[0]!;
  const first = events.reduce((a, b) => (b.detectedAt < a.detectedAt ? b : a));
  // Which frame, or moment, an event names depends on its best match.
  const isBest = (match: Match) => matchKey(match) === matchKey(best);
  const named =
    events.findLast((event) => isBest(event.best)) ?? events.findLast((event) => event.matches.some(isBest))!;
  const { suppressed: _suppressed, test: _test, ...rest } = named;
  const page = named.page ?? events.findLast((event) => event.page !== undefined)?.page;
  return {
    ...rest,
    ...(page === undefined ? {} : { page }),
    detectedAt: first.detectedAt,
    scanId: first.scanId,
    tool: first.tool,
    fingerprints: distinct(
      events.flatMap(({ fingerprints }) => fingerprints),
      ({ algorithm, view, frame, hex }) => [algorithm, view, frame, hex],
    ),
    best,
    matches,
    // What one of them did not tell may be what another told: there are at least so many.
    ...(events.some(({ matchCount }) => matchCount !== undefined) && {
      matchCount: events.reduce((most, event) => Math.max(most, matchCountOf(event)), count),
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
 * The same bytes at the same address in the same category are the same detection, whichever run finds them: 128 bits
 * of SHA-256 in hex.
 */
const eventId = (uri: string, sha256: string, category: string): string =>
  createHash('sha256')
    .update(JSON.stringify([uri, sha256, category]))
    .digest('hex')
    .slice(0, 32);
