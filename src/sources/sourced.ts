import { type Unseen, unseenResult } from '../core/index.js';
import type { AssetRef } from '../core/types.js';
import type { SourceAsset, SourceFailure, SourceSkip } from './types.js';

/** An asset that a source found. */
export const sourceAsset = (ref: AssetRef): SourceAsset => ({ kind: 'asset', ref });

/**
 * A place that a source could not list.
 * @param code stable, kebab-case. @param message names no secret, and ends in no full stop.
 */
export const sourceFailure = (ref: AssetRef, code: string, message: string): SourceFailure => ({
  kind: 'failed',
  ref,
  stage: 'source',
  code,
  message,
});

/** A place that a source passed over on purpose, and why. */
export const sourceSkip = (ref: AssetRef, why: Pick<SourceSkip, 'reason' | 'message'>): SourceSkip => ({
  kind: 'skipped',
  ref,
  ...why,
});

/**
 * The result of a place that a source could not list or passed over. Raises TypeError for anything else: a plain ref
 * would otherwise pass for an asset that was skipped.
 */
export function resultOfUnread(item: SourceFailure | SourceSkip): Unseen {
  if (item.kind === 'failed' || item.kind === 'skipped') return unseenResult(item.ref, item);
  throw new TypeError("a source yields { kind: 'asset', ref } for each asset: wrap the ref");
}
