/** What a source asks of the web; wired to the guarded fetcher. */
export interface Web {
  /**
   * A whole response. Raises StageError('fetch', …) as fetchers do, with `redirected-off-site` where a redirect leads to
   * a URL that `mayFollow` refuses.
   */
  get(url: string, options: WebGet): Promise<WebPage>;
  /** Leaves at least this time between two requests to a host from now on, in milliseconds. */
  pace(host: string, milliseconds: number): void;
}

export interface WebGet {
  /** Bytes of the response, after content decoding. */
  readonly maxBytes: number;
  readonly mayFollow?: ((to: URL) => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface WebPage {
  readonly bytes: Uint8Array;
  /** The URL that answered, after redirects. */
  readonly url: URL;
  readonly contentType?: string;
}
