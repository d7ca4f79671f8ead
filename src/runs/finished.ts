import type { Remembered } from '../core/index.js';
import type { AssetRef, DetectionEvent, ScanResult } from '../core/types.js';
import type { Finished } from '../ledger/index.js';
import type { Memory } from './lookup.js';

const hour = 3_600_000;

/**
 * How long an earlier attempt's look at a URL or an object counts, milliseconds: asking again takes a request for each.
 * A run with a budget is meant to take many nights, and would not come to its end if it began by asking for what it had.
 */
export const looksCountFor = (budget: number | undefined): number => (budget ? 7 * 24 : 12) * hour;

/**
 * What is remembered of an asset that an earlier attempt of this run came to: of a file only where its version tells
 * whether it is still the same, of others only where that attempt was after `since`. Undefined where it is to be looked
 * at as though there had been none.
 */
export function finishedMemory(
  ref: AssetRef,
  memory: Remembered,
  { at, outcome, stage, code, message }: Finished,
  { since, now }: { readonly since: number; readonly now: number },
): Memory | undefined {
  if (ref.inline !== undefined) return undefined; // it is there
  const isSeen = memory.asset !== undefined && stage !== 'fetch';
  if (ref.uri.startsWith('file:'))
    return isSeen && memory.asset.version !== undefined
      ? { ...memory, finished: { at: new Date(at), stands: false } }
      : undefined;
  if (at < since || at > now) return undefined;
  const finished = { at: new Date(at), stands: true };
  if (isSeen) return { ...memory, finished };
  const { asset: _, ...rest } = memory;
  const base = { ref, fingerprints: [], withheld: [], message: message ?? '' };
  if (outcome === 'skipped') return { ...rest, finished, unseen: { ...base, outcome, reason: code ?? '' } };
  if (outcome !== 'failed') return undefined;
  return { ...rest, finished, unseen: { ...base, outcome, stage: stage as 'fetch', code: code ?? '' } };
}

/** The result that an event tells of, to be counted. */
export const resultOf = ({ uri, asset, matches, matchCount }: DetectionEvent): ScanResult => ({
  outcome: 'matched',
  ref: { uri },
  facts: asset,
  fingerprints: [],
  withheld: [],
  matches,
  ...(matchCount !== undefined && { matchCount }),
});
