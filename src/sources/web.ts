/** What a source needs of the web; the guarded fetcher provides it. */
export interface Web {
  /**
   * Fetches a whole response. Raises StageError('fetch', …) as fetchers do, with `redirected-off-site` where a redirect
   * leads to a URL that `mayFollow` refuses.
   */
  get(url: string, options: WebGet): Promise<WebPage>;
  /** From now on leaves at least this time between two requests to a host, in milliseconds. */
  pace(host: string, milliseconds: number): void;
}

/** What a request may cost, and where it may lead. */
export interface WebGet {
  /** The most bytes of the response, after content decoding. */
  readonly maxBytes: number;
  readonly mayFollow?: ((to: URL) => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A response. */
export interface WebPage {
  readonly bytes: Uint8Array;
  /** The URL that answered, after redirects. */
  readonly url: URL;
  readonly contentType?: string;
}

/** A page or stylesheet that a source read, beside `SourceFailure` for one that it could not read. */
export type FetchedPage = WebPage & { readonly kind: 'page' };
