import { type CacheEntry, unreadOfRow, unseenResult } from '../core/index.js';
import type { AssetRef, DetectionEvent, ScanResult } from '../core/types.js';
import type { EarlierResult } from '../ledger/index.js';

const hour = 3_600_000;

/**
 * How long an earlier attempt's look at a URL or an object counts, milliseconds: asking again takes a request for each.
 * A run with a budget is meant to take many nights, and would not come to its end if it began by asking for what it had.
 */
export const looksCountFor = (budget: number | undefined): number => (budget ? 7 * 24 : 12) * hour;

/**
 * The entry of an asset that an earlier attempt of this run came to: of a file only where its version tells
 * whether it is still the same, of others only where that attempt was after `since`. Undefined where it is to be looked
 * at as though there had been none.
 */
export function entryOfEarlier(
  ref: AssetRef,
  entry: CacheEntry<'stored'>,
  result: EarlierResult,
  { since, now }: { readonly since: number; readonly now: number },
): CacheEntry<'stored'> | undefined {
  if (ref.inline !== undefined) return undefined; // it is there
  const { at, stage } = result;
  const isSeen = entry.asset !== undefined && stage !== 'fetch';
  if (ref.uri.startsWith('file:'))
    return isSeen && entry.asset.version !== undefined
      ? { ...entry, earlier: { at: new Date(at), stands: false } }
      : undefined;
  if (at < since || at > now) return undefined;
  const earlier = { at: new Date(at), stands: true };
  if (isSeen) return { ...entry, earlier };
  const { asset: _, ...rest } = entry;
  const unread = unreadOfRow(result);
  return unread && { ...rest, earlier, unseen: unseenResult(ref, unread) };
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
