import type { Asset, AssetRef } from '../core/types.js';

export type { FetchLimits } from '../net/types.js';

/** An asset that was fetched before, and the version that it was at. */
export interface KnownVersion {
  readonly uri: string;
  readonly version: string;
}

/** Gets the bytes of assets of one or more URI schemes. Holds connections: close it. */
export interface Fetcher {
  /** Schemes without the colon: `file`, `http`. */
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
   * As `fetch`, of an asset that was fetched before, at `version`: undefined, and nothing is read, where it still is
   * at that version. A fetcher that gives its assets no version has no such method.
   */
  refetch?(ref: AssetRef, version: string, signal?: AbortSignal): Promise<Asset | undefined>;
  /**
   * For each of many assets, true where it still is at its version; false says nothing. Undefined where asking for
   * them one by one is the better way, which holds for every fetcher that has no such method.
   * @param few also where they are so few that one by one would be the better way.
   */
  unchanged?(
    known: readonly KnownVersion[],
    signal?: AbortSignal,
    few?: boolean,
  ): Promise<readonly boolean[] | undefined>;
  close(): Promise<void>;
}
