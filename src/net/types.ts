/** What getting an asset's bytes may cost. */
export interface FetchLimits {
  /** Bytes of one asset, as transferred and after content decoding. */
  readonly maxBytes: number;
  /**
   * Bytes of a local file that is not read into memory but can be read in parts; `fetch` then gives its beginning and
   * its size. Default: `maxBytes`, so that there is none.
   */
  readonly maxContainerBytes?: number;
  /**
   * Seconds for one asset, retries and redirects included; not the time spent waiting for a free connection to a
   * busy host or because a host asked for a pause.
   */
  readonly timeoutSeconds: number;
}
