import { createHash } from 'node:crypto';
import { isListed, isSameSite, StageError } from '../core/index.js';
import { Robots } from './robots.js';
import type { Sourced, SourceProblem } from './types.js';
import type { Web, WebPage } from './web.js';

export interface CrawlOptions {
  readonly web: Web;
  /** Other hosts that may be visited besides a page's or sitemap's own; see `isListed`. */
  readonly hosts?: readonly string[];
  /** False passes over robots.txt. Default true. */
  readonly robots?: boolean;
  /** Pages that are read, at most. Default 100 000. */
  readonly maxPages?: number;
}

/** What a source looks at. */
export interface Sight {
  /** Host name of the site; undefined for a local file, which belongs to none. */
  readonly site: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly tally: Tally;
}

/** Where that lies which a source, a page or a stylesheet names. */
export interface Tally {
  /** Something may be fetched, whether or not it was named before; pictures inside a page do not count. */
  here: boolean;
  elsewhere: boolean;
}

const newTally = (): Tally => ({ here: false, elsewhere: false });

export function addTally(into: Tally, other: Tally): void {
  into.here ||= other.here;
  into.elsewhere ||= other.elsewhere;
}

const keyOf = (kind: string, what: string | Uint8Array) =>
  createHash('sha256').update(`${kind} `).update(what).digest('base64').slice(0, 16);

/** What pages and sitemaps have in common: one visit to each address, robots.txt, the bounds of the site. */
export class Crawl {
  readonly #seen = new Set<string>();
  /** Of the pages and stylesheets that were looked at. */
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

  /** True the first time that something is named. */
  claim(kind: string, what: string | Uint8Array): boolean {
    const key = keyOf(kind, what);
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  /** The tally of a page or stylesheet that was looked at before, perhaps for another source. */
  known(kind: 'page' | 'style', address: string): Tally | undefined {
    return this.#tallies.get(keyOf(kind, address));
  }

  /** Notes that a page or stylesheet is looked at now: the tally to fill. */
  begin(kind: 'page' | 'style', address: string): Tally {
    const tally = newTally();
    this.#tallies.set(keyOf(kind, address), tally);
    return tally;
  }

  /** True for the site itself and for hosts that are listed. */
  readonly isOnSite = (host: string, site: string | undefined): boolean =>
    (site !== undefined && isSameSite(host, site)) || isListed(host, this.#hosts);

  /** Why an address on another site is passed over; undefined for one that is not. */
  offSite({ hostname }: URL, site: string | undefined) {
    if (this.isOnSite(hostname, site)) return undefined;
    return { reason: 'off-site', message: `on another site; --hosts ${hostname} includes it` };
  }

  /** Why robots.txt refuses an address, or undefined; undefined too where the run is aborted meanwhile. */
  async refusal(url: URL, signal?: AbortSignal) {
    let message: string | undefined;
    try {
      message = await this.#robots?.refusal(url, signal);
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
    return message === undefined ? undefined : { reason: 'robots', message };
  }

  /** A response, or the problem that it is; undefined where the run is aborted. */
  async get(
    url: URL,
    site: string | undefined,
    maxBytes: number,
    signal?: AbortSignal,
  ): Promise<WebPage | SourceProblem | undefined> {
    const mayFollow = ({ hostname }: URL) => this.isOnSite(hostname, site);
    try {
      return await this.options.web.get(url.href, { maxBytes, mayFollow, signal });
    } catch (error) {
      if (signal?.aborted) return undefined;
      if (!(error instanceof StageError)) throw error;
      return { ref: { uri: url.href }, stage: 'source', code: error.code, message: error.message };
    }
  }

  /** Counts a page that is about to be read; false once as many were read as may be. */
  countPage(): boolean {
    if (this.#pages === this.#maxPages) return false;
    this.#pages += 1;
    return true;
  }

  /** Takes the last count back: the address turned out to be a picture. */
  uncountPage(): void {
    this.#pages -= 1;
  }

  /** What is told once when further pages are left out. */
  get pageLimit(): string {
    return `this and all further pages are left out: the limit is ${this.#maxPages}`;
  }
}

/**
 * The items that are made with a tally, which they fill, and a problem behind them where it says that all lies elsewhere: a site that
 * keeps its pictures elsewhere must not pass for one that was looked at.
 */
export async function* notAllElsewhere(
  uri: string,
  items: (tally: Tally) => AsyncIterable<Sourced>,
): AsyncGenerator<Sourced> {
  const tally = newTally();
  yield* items(tally);
  if (tally.here || !tally.elsewhere) return;
  const message = 'all that it names lies on other sites: include them with --hosts';
  yield { ref: { uri }, stage: 'source', code: 'only-off-site', message };
}
