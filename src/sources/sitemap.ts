import { promises as fs } from 'node:fs';
import { displayUri, fileUri, StageError, UsageError } from '../core/index.js';
import { type Crawl, notAllElsewhere, type Tally } from './crawl.js';
import { PageVisit } from './page-visit.js';
import { localFile } from './pages.js';
import { listingProblem } from './problems.js';
import { readPage } from './read-page.js';
import { maxSitemapBytes, sitemapEntries } from './sitemap-entries.js';
import { sourceFailure, sourceSkip } from './sourced.js';
import type { Source, Sourced } from './types.js';
import { checkUrl } from './url.js';

/** Which sitemap to read, and the crawl that it belongs to. */
export interface SitemapOptions {
  /** An http(s) URL, or the path of a file. */
  readonly sitemap: string;
  /** Absolute directory from which a relative path starts. Default: the working directory. */
  readonly cwd?: string;
  readonly crawl: Crawl;
}

/** The most sitemaps that an index may lead to, and how deep indexes may name indexes. */
const maxSitemaps = 10_000;
const maxDepth = 3;

/** A sitemap that is still to be read. */
interface Place {
  readonly kind: 'sitemap';
  readonly uri: string;
  /** Host name of the site. A local file belongs to the site of its first address. */
  site: string | undefined;
  /** The tally of the whole source. */
  readonly tally: Tally;
  readonly depth: number;
}

/**
 * The pictures that a sitemap names, and those of the pages that it names, also through indexes of sitemaps; each ref
 * names its page. Raises UsageError for a sitemap that is no URL and no file.
 */
export async function sitemapSource({ sitemap, cwd, crawl }: SitemapOptions): Promise<Source> {
  if (/^https?:\/\//i.test(sitemap)) {
    const checked = checkUrl(sitemap);
    if (!checked.ok) throw new UsageError(`--sitemap: ${checked.message}`);
    const site = new URL(checked.uri).hostname;
    return {
      label: checked.uri,
      list: (signal) =>
        notAllElsewhere(checked.uri, (tally) =>
          walk(crawl, { kind: 'sitemap', uri: checked.uri, site, tally, depth: 0 }, signal),
        ),
    };
  }
  const path = await localFile('--sitemap', sitemap, cwd, 'a sitemap');
  const uri = fileUri(path);
  return {
    label: displayUri(uri),
    async *list(signal) {
      if (signal?.aborted) return;
      try {
        const { size } = await fs.stat(path);
        if (size > maxSitemapBytes) return yield bad({ uri }, `larger than ${maxSitemapBytes} bytes`);
        const bytes = await fs.readFile(path);
        yield* notAllElsewhere(uri, (tally) =>
          walk(crawl, { kind: 'sitemap', uri, site: undefined, tally, depth: 0 }, signal, bytes),
        );
      } catch (error) {
        yield listingProblem({ uri }, error);
      }
    },
  };
}

const bad = ({ uri }: Pick<Place, 'uri'>, message: string): Sourced =>
  sourceFailure({ uri }, 'bad-sitemap', message);

/** Reads one sitemap after the other. `bytes` are those of the first, where the caller has them. */
async function* walk(
  crawl: Crawl,
  start: Place,
  signal?: AbortSignal,
  bytes?: Uint8Array,
): AsyncGenerator<Sourced> {
  const waiting: Place[] = [start];
  let held = bytes;
  let count = 0;
  for (let place = waiting.shift(); place && !signal?.aborted; place = waiting.shift()) {
    count += 1;
    const content = held ?? (yield* fetched(crawl, place, signal));
    held = undefined;
    if (!content) continue;
    for await (const item of entries(crawl, place, content, signal)) {
      if (item.kind !== 'sitemap') yield item;
      else if (item.depth > maxDepth) yield bad(item, 'an index of an index of an index of an index');
      else if (count + waiting.length >= maxSitemaps) {
        yield bad(item, `this and all further sitemaps are left out: the limit is ${maxSitemaps}`);
        return;
      } else waiting.push(item);
    }
  }
}

async function* fetched(
  crawl: Crawl,
  place: Place,
  signal?: AbortSignal,
): AsyncGenerator<Sourced, Uint8Array | undefined> {
  const ref = { uri: place.uri };
  const url = new URL(place.uri);
  const away = crawl.offSite(url, place.site);
  if (away) {
    place.tally.elsewhere = true;
    if (crawl.claim('passed', url.href)) yield sourceSkip(ref, away);
    return undefined;
  }
  if (!crawl.claim('sitemap', url.href)) return undefined;
  const refused = await crawl.refusal(url, signal);
  if (refused) {
    yield sourceSkip(ref, refused);
    return undefined;
  }
  const found = await crawl.get(url, place.site, maxSitemapBytes, signal);
  if (found?.kind === 'failed') {
    yield found;
    return undefined;
  }
  return found?.bytes;
}

/** Reads one sitemap: yields its refs and problems, and notes the sitemaps that are still to be read. */
async function* entries(
  crawl: Crawl,
  place: Place,
  bytes: Uint8Array,
  signal?: AbortSignal,
): AsyncGenerator<Sourced | Place> {
  let page: string | undefined;
  try {
    for (const { kind, address } of sitemapEntries(bytes)) {
      if (signal?.aborted) return;
      const checked = checkUrl(address);
      if (!checked.ok) {
        yield bad(place, `an address in it: ${checked.message}`);
        continue;
      }
      const url = new URL(checked.uri);
      place.site ??= url.hostname;
      const sight = { site: place.site, signal, tally: place.tally };
      if (kind === 'sitemap') yield { ...place, uri: checked.uri, depth: place.depth + 1 };
      else if (kind === 'image')
        yield* new PageVisit(crawl, page ?? place.uri, sight).image(
          checked.uri,
          place.uri,
          page === undefined,
        );
      else {
        page = checked.uri;
        yield* readPage(crawl, url, sight);
      }
    }
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    yield bad(place, error.message);
  }
}
