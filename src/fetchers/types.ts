import type { Asset, AssetRef } from '../core/types.js';

export type { FetchLimits } from '../net/types.js';

/** An asset that was fetched before, and its version then. */
export interface KnownVersion {
  readonly uri: string;
  readonly version: string;
}

/** Gets the bytes of assets of one or more URI schemes. Close it, because it holds connections. */
export interface Fetcher {
  /** URI schemes without the colon: `file`, `http`. */
  readonly schemes: readonly string[];
  /**
   * Reads the asset once, whole, never more than `maxBytes`.
   * Raises StageError('fetch', code): `not-found`, `permission-denied`, `too-large`, `time-out`, `not-a-file`,
   * `read-error`, `unsupported-scheme`; for URLs also `refused-address`, `bad-url`, `http-NNN`,
   * `too-many-redirects`, `network-error`, `tls-error`.
   * Rejects with `signal.reason` once `signal` aborts: that is no result of the asset.
   */
  fetch(ref: AssetRef, signal?: AbortSignal): Promise<Asset>;
  /**
   * As `fetch`, for an asset that was fetched before at `version`: returns undefined, and reads nothing, where the
   * asset still has that version. A fetcher whose assets have no versions lacks this method.
   */
  refetch?(ref: AssetRef, version: string, signal?: AbortSignal): Promise<Asset | undefined>;
  /**
   * For each asset, true where it still has its version; false means that nobody knows. Undefined where asking for them
   * one by one is better, as it is with every fetcher that lacks this method.
   * @param few true to ask even where there are so few that one by one would be better.
   */
  unchanged?(
    known: readonly KnownVersion[],
    signal?: AbortSignal,
    few?: boolean,
  ): Promise<readonly boolean[] | undefined>;
  close(): Promise<void>;
}
