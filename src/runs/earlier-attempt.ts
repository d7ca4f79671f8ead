import { type CacheEntry, unreadOfRow, unseenResult } from '../core/index.js';
import type { AssetRef, DetectionEvent, ScanResult } from '../core/types.js';
import type { EarlierResult } from '../ledger/index.js';

const hour = 3_600_000;

/**
 * How long a run may rely on what an earlier attempt saw at a URL or in a bucket, milliseconds: to ask again costs one
 * request for each. A run with a budget takes many nights, and would never finish if each night began by asking again.
 */
export const looksCountFor = (budget: number | undefined): number => (budget ? 7 * 24 : 12) * hour;

/**
 * The entry of an asset that an earlier attempt of this run finished. Of a file it counts only where the version shows
 * that the file is still the same, of other assets only where that attempt was after `since`. Otherwise undefined: the
 * run looks at the asset as if there had been no attempt.
 */
export function entryOfEarlier(
  ref: AssetRef,
  entry: CacheEntry<'stored'>,
  result: EarlierResult,
  { since, now }: { readonly since: number; readonly now: number },
): CacheEntry<'stored'> | undefined {
  if (ref.inline !== undefined) return undefined; // it is part of the ref
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

/** The result that an event describes, for the counts. */
export const resultOf = ({ uri, asset, matches, matchCount }: DetectionEvent): ScanResult => ({
  outcome: 'matched',
  ref: { uri },
  facts: asset,
  fingerprints: [],
  withheld: [],
  matches,
  ...(matchCount !== undefined && { matchCount }),
});
