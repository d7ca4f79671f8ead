import type { DetectionEvent } from '../core/types.js';

/** The content of a notice: identifiers only, no pixels, digests or hashes. */
export interface Notice {
  readonly schema: 'hashsieve/notice/1';
  /** The same for every attempt to deliver the notice. */
  readonly id: string;
  readonly test: boolean;
  readonly detections: readonly {
    readonly id: string;
    readonly uri: string;
    readonly detectedAt: string;
    /** Id of the run that detected it. */
    readonly scanId: string;
    /** How sure it is; absent in events of older versions. */
    readonly band?: string;
    readonly category: string;
    readonly list: string;
    readonly entryId: string;
    readonly algorithm: string;
    /** Bits; absent where a matching service matched, which tells no distance. */
    readonly distance?: number;
    readonly threshold?: number;
    readonly matchType?: 'exact' | 'near';
  }[];
  /** Take-down cases that are due within six hours or late; absent where there are none. */
  readonly due?: readonly { readonly case: string; readonly due: string }[];
  readonly advice: string;
}

/** What nobody may overlook. */
export const advice =
  'Do not open, copy, e-mail or delete what was found; let nobody else look at it. ' +
  'What to do in the first hour is told in docs/found-something.md of hashsieve.';

/** Makes the notice of these events. `due` are the take-down cases that press, the most pressing first. */
export const noticeOf = (
  id: string,
  events: readonly DetectionEvent[],
  test = false,
  due: NonNullable<Notice['due']> = [],
): Notice => ({
  schema: 'hashsieve/notice/1',
  id,
  test,
  detections: events.map(({ id: event, uri, detectedAt, scanId, best }) => ({
    id: event,
    uri,
    detectedAt,
    scanId,
    ...(best.band === undefined ? {} : { band: best.band }),
    category: best.category,
    list: best.list,
    entryId: best.entryId,
    algorithm: best.algorithm,
    ...(best.distance === undefined ? {} : { distance: best.distance }),
    ...(best.threshold === undefined ? {} : { threshold: best.threshold }),
    ...(best.matchType === undefined ? {} : { matchType: best.matchType }),
  })),
  ...(due.length > 0 ? { due } : {}),
  advice,
});
