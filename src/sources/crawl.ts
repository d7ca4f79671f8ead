import { createHash } from 'node:crypto';
import { isListed, isSameSite, StageError } from '../core/index.js';
import { Robots } from './robots.js';
import { sourceFailure } from './sourced.js';
import type { Sourced, SourceFailure } from './types.js';
import type { FetchedPage, Web } from './web.js';

/** What a crawl may visit. */
export interface CrawlOptions {
  readonly web: Web;
  /** Other hosts that the crawl may visit, besides the page's or sitemap's own; see `isListed`. */
  readonly hosts?: readonly string[];
  /** False ignores robots.txt. Default true. */
  readonly robots?: boolean;
  /** The most pages to read. Default 100 000. */
  readonly maxPages?: number;
}

/** What a source looks at. */
export interface Sight {
  /** Host name of the site; undefined for a local file, which belongs to no site. */
  readonly site: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly tally: Tally;
}

/** Where the things are that a source, a page or a stylesheet names: here or elsewhere. */
export interface Tally {
  /**
   * True where the run may fetch one of them, whether or not another page named it before. Pictures inside a page do
   * not count.
   */
  here: boolean;
  elsewhere: boolean;
}

const newTally = (): Tally => ({ here: false, elsewhere: false });

/** Adds what `other` has seen to `into`. */
export function addTally(into: Tally, other: Tally): void {
  into.here ||= other.here;
  into.elsewhere ||= other.elsewhere;
}

const keyOf = (kind: string, what: string | Uint8Array) =>
  createHash('sha256').update(`${kind} `).update(what).digest('base64').slice(0, 16);

/** What pages and sitemaps share: one visit to each address, robots.txt, the bounds of the site. */
export class Crawl {
  readonly #seen = new Set<string>();
  /** The tallies of pages and stylesheets that the crawl has looked at. */
  readonly #tallies = new Map<string, Tally>();
  readonly #robots: Robots | undefined;
  readonly #hosts: readonly string[];
  readonly #maxPages: number;
  #pages = 0;

  constructor(readonly options: CrawlOptions) {
    this.#robots = options.robots === false ? undefined : new Robots(options.web);
    this.#hosts = options.hosts ?? [];
    this.#maxPages = options.maxPages ?? 100_000;
  }

  /** Claims a thing. True for the first caller only. */
  claim(kind: string, what: string | Uint8Array): boolean {
    const key = keyOf(kind, what);
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  /** The tally of a page or stylesheet that the crawl has looked at, perhaps for another source; else undefined. */
  known(kind: 'page' | 'style', address: string): Tally | undefined {
    return this.#tallies.get(keyOf(kind, address));
  }

  /** Notes that the crawl is looking at a page or stylesheet, and returns the tally to fill. */
  begin(kind: 'page' | 'style', address: string): Tally {
    const tally = newTally();
    this.#tallies.set(keyOf(kind, address), tally);
    return tally;
  }

  /** True for the site's own host and for listed hosts. */
  readonly isOnSite = (host: string, site: string | undefined): boolean =>
    (site !== undefined && isSameSite(host, site)) || isListed(host, this.#hosts);

  /** Why the crawl passes over an address on another site; undefined for an address that it does not pass over. */
  offSite({ hostname }: URL, site: string | undefined) {
    if (this.isOnSite(hostname, site)) return undefined;
    return { reason: 'off-site', message: `on another site; --hosts ${hostname} includes it` };
  }

  /**
   * Why robots.txt refuses an address. Undefined where it allows the address, and where the run was aborted meanwhile.
   */
  async refusal(url: URL, signal?: AbortSignal) {
    let message: string | undefined;
    try {
      message = await this.#robots?.refusal(url, signal);
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
    return message === undefined ? undefined : { reason: 'robots', message };
  }

  /** The response of an address, or the problem with it; undefined where the run was aborted. */
  async get(
    url: URL,
    site: string | undefined,
    maxBytes: number,
    signal?: AbortSignal,
  ): Promise<FetchedPage | SourceFailure | undefined> {
    const mayFollow = ({ hostname }: URL) => this.isOnSite(hostname, site);
    try {
      return { kind: 'page', ...(await this.options.web.get(url.href, { maxBytes, mayFollow, signal })) };
    } catch (error) {
      if (signal?.aborted) return undefined;
      if (!(error instanceof StageError)) throw error;
      return sourceFailure({ uri: url.href }, error.code, error.message);
    }
  }

  /** Counts a page before it is read. False once the crawl has read as many as it may. */
  countPage(): boolean {
    if (this.#pages === this.#maxPages) return false;
    this.#pages += 1;
    return true;
  }

  /** Undoes the last count: the address turned out to be a picture. */
  uncountPage(): void {
    this.#pages -= 1;
  }

  /** The message when the crawl leaves out further pages. It is given once. */
  get pageLimit(): string {
    return `this and all further pages are left out: the limit is ${this.#maxPages}`;
  }
}

/**
 * The items of `items`, which fill the tally, and after them a problem where the tally says that everything is
 * elsewhere: a site that keeps its pictures on another host must not pass for one that was scanned.
 */
export async function* notAllElsewhere(
  uri: string,
  items: (tally: Tally) => AsyncIterable<Sourced>,
): AsyncGenerator<Sourced> {
  const tally = newTally();
  yield* items(tally);
  if (tally.here || !tally.elsewhere) return;
  const message = 'all that it names lies on other sites: include them with --hosts';
  yield sourceFailure({ uri }, 'only-off-site', message);
}
