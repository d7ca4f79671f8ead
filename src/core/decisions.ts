import { matchCountOf } from './event.js';
import {
  type Band,
  bands,
  type Decided,
  type DecisionName,
  type DetectionEvent,
  type Match,
} from './types.js';

/** Grades that a person who looked can give. */
export const reviewGrades = ['baseline', 'A1', 'A2', 'B1', 'B2'] as const;

/** What a person decided about a detection. It is only ever added to; the latest for an event counts. */
export interface Decision {
  readonly kind: 'decision';
  /** Id of the event. */
  readonly event: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Who decided. */
  readonly by: string;
  readonly decision: DecisionName;
  /** Number of the report that was filed. */
  readonly report?: string;
  readonly note?: string;
  /** True where this person looked at the whole file. */
  readonly fileViewed: boolean;
  /** True where this person looked at the EXIF data. */
  readonly exifViewed: boolean;
  /** The grade that this person gave after looking. */
  readonly classification?: (typeof reviewGrades)[number];
  /** Who had decided the same of the event before, where that was somebody else: the answer of two people. */
  readonly agreesWith?: string;
  /** What the lists said of the file then. */
  readonly said: Said;
}

/** What lists say of a file, without their hashes. */
export interface Said {
  /** Number of all matches. */
  readonly count: number;
  /** The matches that no allow list suppresses. */
  readonly matches: readonly SaidMatch[];
}

type SaidMatch = Pick<
  Match,
  'list' | 'entryId' | 'algorithm' | 'distance' | 'category' | 'classification' | 'band'
>;

const saidMatch = (match: Match): SaidMatch => {
  const { list, entryId, algorithm, distance, category, classification, band } = match;
  return {
    ...{ list, entryId, algorithm, category },
    ...(distance !== undefined && { distance }),
    ...(classification !== undefined && { classification }),
    ...(band !== undefined && { band }),
  };
};

/** What the lists say of the file of an event. */
export const saidIn = (event: Pick<DetectionEvent, 'matches' | 'matchCount'>): Said => ({
  count: matchCountOf(event),
  matches: event.matches.filter(({ suppressed }) => !suppressed).map(saidMatch),
});

/** The state of a detection of which a person decided before. The event is what a run says of it now. */
export function decidedOf(
  { decision, at, by, report, said }: Decision,
  event: Pick<DetectionEvent, 'matches' | 'matchCount'>,
): Decided {
  const rings = decision === 'unsure' ? 'unsure' : isSaid(event, said) ? undefined : 'list-changed';
  return { decision, at, by, ...(report !== undefined && { report }), ...(rings && { rings }) };
}

/** True where all that the lists say now of the file was known when it was decided, and was no less sure then. */
function isSaid(event: Pick<DetectionEvent, 'matches' | 'matchCount'>, said: Said): boolean {
  const sureness = new Map<string, number>();
  for (const match of said.matches) {
    const key = keyOf(match);
    sureness.set(key, Math.min(sureness.get(key) ?? bands.length, rankOf(match.band)));
  }
  return (
    // Where an event leaves out matches, a new one may be among those.
    (matchCountOf(event) === event.matches.length || matchCountOf(event) <= said.count) &&
    saidIn(event).matches.every((match) => rankOf(match.band) >= (sureness.get(keyOf(match)) ?? bands.length))
  );
}

const keyOf = ({ list, entryId, algorithm, distance, category, classification }: SaidMatch): string =>
  JSON.stringify([list, entryId, algorithm, distance, category, classification ?? null]);

/** 0 for the surest band. A match of an older version has none, and counts as the surest. */
const rankOf = (band: Band | undefined): number => (band === undefined ? 0 : bands.indexOf(band));

/** What a person said about a file that could not be read: they know of it, and need not be told every night. */
export interface Acknowledgement {
  readonly kind: 'acknowledgement';
  /** Address of the file. */
  readonly place: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by: string;
  readonly note: string;
  /** When it ends, ISO 8601, UTC. */
  readonly until: string;
  /** `stage/code` of the failure, or the reason of the skip. */
  readonly code: string;
  /** SHA-256 of the file, hex; absent where its bytes could not be had. */
  readonly sha256?: string;
}

/** Why a file could not be read, and which file it is. */
export type UnreadFile = Pick<Acknowledgement, 'place' | 'code' | 'sha256'>;

/**
 * True where the acknowledgement is for this file, which is still what it was, and has not ended. Of what could not be
 * fetched whole there is nothing to compare.
 */
export const isAcknowledged = (said: Acknowledgement, file: UnreadFile, now: Date): boolean =>
  said.place === file.place &&
  said.code === file.code &&
  (file.code.startsWith('fetch/') || said.sha256 === file.sha256) &&
  new Date(said.until).getTime() > now.getTime() &&
  new Date(said.at).getTime() <= now.getTime();
