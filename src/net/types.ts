/** Limits for reading an asset's bytes. */
export interface FetchLimits {
  /** Most bytes of one asset, both as transferred and after content decoding. */
  readonly maxBytes: number;
  /**
   * Most bytes of a local file that is read in parts instead of into memory; `fetch` then returns its beginning and its
   * size. Default: `maxBytes`, so that no file is read in parts.
   */
  readonly maxContainerBytes?: number;
  /**
   * Seconds for one asset with its retries and redirects. The time spent waiting for a free connection to a busy host,
   * or because a host asked for a pause, does not count.
   */
  readonly timeoutSeconds: number;
}
