import { createHash } from 'node:crypto';
import { StageError } from '../core/errors.js';
import { isListed, isSameSite } from '../core/site.js';
import { filePath, fileUri } from '../core/uri.js';
import { dataUriBytes } from './data-uri.js';
import { Robots } from './robots.js';
import type { Sourced, SourceProblem } from './types.js';
import { checkUrl } from './url.js';
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

/** Limits of one page, which no honest page comes near. */
const maxPageBytes = 10_000_000;
const maxStyleBytes = 2_000_000;
const maxImages = 5000;
const maxStyles = 50;

/** One page while it is looked through. */
interface Visit {
  /** Address of the page, as events name it. */
  readonly page: string;
  /** Host name of the site; undefined for a local file, which belongs to none. */
  readonly site: string | undefined;
  readonly signal: AbortSignal | undefined;
  images: number;
  dataUris: number;
  styles: number;
}

/** What pages and sitemaps have in common: one visit to each address, robots.txt, the bounds of the site. */
export class Crawl {
  readonly #seen = new Set<string>();
  readonly #robots: Robots | undefined;
  readonly #hosts: readonly string[];
  readonly #maxPages: number;
  #pages = 0;
  /** Pictures that were named and may be fetched. */
  taken = 0;

  constructor(readonly options: CrawlOptions) {
    this.#robots = options.robots === false ? undefined : new Robots(options.web);
    this.#hosts = options.hosts ?? [];
    this.#maxPages = options.maxPages ?? 100_000;
  }

  /** True the first time that something is named. */
  claim(kind: string, what: string | Uint8Array): boolean {
    const key = createHash('sha256').update(`${kind} `).update(what).digest('base64').slice(0, 16);
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  readonly #isOnSite = (host: string, site: string | undefined): boolean =>
    (site !== undefined && isSameSite(host, site)) || isListed(host, this.#hosts);

  /** Why an address is passed over, or undefined; undefined too where the run is aborted meanwhile. */
  async refusal(url: URL, site: string | undefined, signal?: AbortSignal) {
    if (!this.#isOnSite(url.hostname, site))
      return { reason: 'off-site', message: `on another site; --hosts ${url.hostname} includes it` };
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
    const mayFollow = ({ hostname }: URL) => this.#isOnSite(hostname, site);
    try {
      return await this.options.web.get(url.href, { maxBytes, mayFollow, signal });
    } catch (error) {
      if (signal?.aborted) return undefined;
      if (!(error instanceof StageError)) throw error;
      return { ref: { uri: url.href }, stage: 'source', code: error.code, message: error.message };
    }
  }

  /** The pictures of one page, on its site or another; the address itself where it turns out to be no page. */
  async *page(url: URL, site: string, signal?: AbortSignal): AsyncGenerator<Sourced> {
    const ref = { uri: url.href };
    if (!this.claim('page', url.href)) return;
    if (this.#pages === this.#maxPages) {
      if (this.claim('limit', 'pages'))
        yield {
          ref,
          stage: 'source',
          code: 'page-limit',
          message: `this and all further pages are left out: the limit is ${this.#maxPages}`,
        };
      return;
    }
    this.#pages += 1;
    const refused = await this.refusal(url, site, signal);
    if (refused) return yield { ref, ...refused };
    const found = await this.get(url, site, maxPageBytes, signal);
    if (!found) return;
    if ('stage' in found) return yield found;
    if (!isText(found)) {
      if (this.claim('image', url.href)) yield ref;
      return;
    }
    yield* this.html(textOf(found), found.url.href, site, signal);
  }

  /** The pictures of a page that is at hand. */
  async *html(
    html: string,
    page: string,
    site: string | undefined,
    signal?: AbortSignal,
  ): AsyncGenerator<Sourced> {
    const { htmlLinks } = await import('./html-images.js');
    const links = htmlLinks(html);
    const base =
      links.base !== undefined && URL.canParse(links.base, page) ? new URL(links.base, page).href : page;
    const visit: Visit = { page, site, signal, images: 0, dataUris: 0, styles: 0 };
    for (const address of links.images) yield* this.#image(address, base, visit);
    for (const address of links.stylesheets) yield* this.#stylesheet(address, base, visit, 0);
  }

  /** A picture that a sitemap names, on the page that it names. */
  image(
    address: string,
    base: string,
    page: string | undefined,
    site: string | undefined,
    signal?: AbortSignal,
  ) {
    const visit: Visit = { page: page ?? base, site, signal, images: 0, dataUris: 0, styles: 0 };
    return this.#image(address, base, visit, page === undefined);
  }

  async *#image(address: string, base: string, visit: Visit, isAlone = false): AsyncGenerator<Sourced> {
    const { page, site, signal } = visit;
    if (signal?.aborted || visit.images > maxImages) return;
    const text = address.trim();
    const isData = /^data:/i.test(text);
    const bytes = isData ? dataUriBytes(text) : undefined;
    if (isData && !bytes) return;
    const target = bytes ? undefined : this.#target(text, base, page);
    if (!bytes && !target) return;
    if (bytes) visit.dataUris += 1;
    if (!this.claim('image', bytes ?? target!.href)) return;
    visit.images += 1;
    if (visit.images > maxImages) {
      yield {
        ref: { uri: page },
        stage: 'source',
        code: 'image-limit',
        message: `it shows more than ${maxImages} pictures; the rest is left out`,
      };
      return;
    }
    if (bytes) return yield { uri: `${page}#data-${visit.dataUris}`, page, inline: bytes.toString('base64') };
    if (target!.protocol === 'file:') return yield { uri: target!.href, page };
    const checked = checkUrl(target!.href);
    if (!checked.ok)
      return yield { ref: { uri: page }, stage: 'source', code: checked.code, message: checked.message };
    const ref = isAlone ? { uri: checked.uri } : { uri: checked.uri, page };
    const refused = await this.refusal(target!, site, signal);
    if (signal?.aborted) return;
    yield refused ? { ref, ...refused } : ref;
  }

  /** Where an address leads; undefined where a browser would fetch nothing, or a local page leaves its folder. */
  #target(address: string, base: string, page: string): URL | undefined {
    if (!URL.canParse(address, base)) return undefined;
    const url = new URL(address, base);
    url.hash = '';
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
    if (url.protocol !== 'file:' || url.host !== '' || !page.startsWith('file:')) return undefined;
    url.search = '';
    const folder = page.slice(0, page.lastIndexOf('/') + 1);
    const own = fileUri(filePath(url.href));
    const isBelow = own.startsWith(folder) && !/%(2f|5c|00)/i.test(url.pathname);
    return isBelow ? new URL(own) : undefined;
  }

  async *#stylesheet(address: string, base: string, visit: Visit, depth: number): AsyncGenerator<Sourced> {
    const { page, site, signal } = visit;
    if (signal?.aborted || depth > 3 || visit.styles === maxStyles || !URL.canParse(address, base)) return;
    const url = new URL(address, base);
    url.hash = '';
    if (!/^https?:$/.test(url.protocol) || !this.#isOnSite(url.hostname, site)) return;
    if (url.username !== '' || url.password !== '' || !this.claim('style', url.href)) return;
    visit.styles += 1;
    const refused = await this.refusal(url, site, signal);
    if (refused) return yield { ref: { uri: url.href, page }, ...refused };
    const found = await this.get(url, site, maxStyleBytes, signal);
    // A stylesheet that is gone shows no picture to anybody.
    if (!found || ('stage' in found && /^http-4(04|10)$/.test(found.code))) return;
    if ('stage' in found) return yield { ...found, ref: { uri: url.href, page } };
    const { cssLinks } = await import('./css-images.js');
    const links = cssLinks(textOf(found));
    for (const image of links.images) yield* this.#image(image, found.url.href, visit);
    for (const other of links.imports) yield* this.#stylesheet(other, found.url.href, visit, depth + 1);
  }
}

/** Pages are text: no picture and no video is without zero bytes at its beginning, save by chance. */
function isText({ bytes, contentType = '' }: WebPage): boolean {
  if (/^\s*(image|video|audio)\//i.test(contentType)) return false;
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return isWide || !bytes.subarray(0, 1024).includes(0);
}

/** A page as text, in the encoding that its mark, the server or the page itself names. */
export function textOf({ bytes, contentType = '' }: Pick<WebPage, 'bytes' | 'contentType'>): string {
  const head = Buffer.from(bytes.subarray(0, 2048)).toString('latin1');
  const mark =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : undefined;
  const named =
    mark ??
    /charset\s*=\s*["']?([\w-]+)/i.exec(contentType)?.[1] ??
    /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(head)?.[1];
  try {
    return new TextDecoder(named ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/**
 * The same items, and a problem behind them where nothing that the crawl has found yet is on its site: a site that keeps its pictures elsewhere
 * must not pass for one that was looked at.
 */
export async function* notAllElsewhere(
  crawl: Crawl,
  uri: string,
  items: AsyncIterable<Sourced>,
): AsyncGenerator<Sourced> {
  let elsewhere = 0;
  for await (const item of items) {
    if ('uri' in item) crawl.taken += 1;
    else if ('reason' in item && item.reason === 'off-site') elsewhere += 1;
    yield item;
  }
  if (crawl.taken > 0 || elsewhere === 0) return;
  const message = `all that it names lies on other sites (${elsewhere} addresses): include them with --hosts`;
  yield { ref: { uri }, stage: 'source', code: 'only-off-site', message };
}
