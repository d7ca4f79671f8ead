import { filePath, fileUri } from '../core/index.js';
import { addTally, type Crawl, type Sight, type Tally } from './crawl.js';
import { dataUriBytes } from './data-uri.js';
import { localPage } from './local-page.js';
import { textOf } from './page-text.js';
import { sourceAsset, sourceFailure, sourceSkip } from './sourced.js';
import type { Sourced } from './types.js';
import { checkUrl } from './url.js';

/** Limits of one page, far above any honest page. */
export const maxPageBytes = 10_000_000;
const maxStyleBytes = 2_000_000;
const maxImages = 5000;
const maxAddresses = 20_000;
const maxStyles = 50;
const maxStyleDepth = 3;
const maxFrameDepth = 5;

/** The problem for an unforeseen error of a parser: it costs this page, and not the run. */
const bad = (uri: string, page: string | undefined, error: unknown): Sourced =>
  sourceFailure(
    page === undefined ? { uri } : { uri, page },
    'bad-page',
    `it cannot be read: ${error instanceof Error ? error.message : 'unknown error'}`,
  );

/** The base of a page's addresses. It ignores other schemes, as browsers ignore `data:` and `javascript:` there. */
function baseOf(named: string | undefined, page: string): string {
  if (named === undefined || !URL.canParse(named, page)) return page;
  const { protocol, href } = new URL(named, page);
  return /^(https?|file):$/.test(protocol) ? href : page;
}

/** How a page leads to another address: to an attachment, or to the page that it sends browsers on to. */
export interface Linked {
  /** The page that leads there. */
  readonly page: string;
  readonly sight: Sight;
  readonly as: 'attachment' | 'refresh';
}
/** Fetches such an address: reads it where it is a page, and scans it otherwise. */
export type LinkedPage = (url: URL, from: Linked) => AsyncIterable<Sourced>;

/** Looks through one page. */
export class PageVisit {
  #addresses = 0;
  #images = 0;
  #dataUris = 0;
  #styles = 0;
  #isFull = false;
  #isStyleLimit = false;

  /**
   * `page`: its address, as events name it.
   * @param readLinked reads another page that this one leads to.
   */
  constructor(
    readonly crawl: Crawl,
    readonly page: string,
    readonly sight: Sight,
    readonly readLinked?: LinkedPage,
  ) {}

  /** All pictures that the page shows or links to. */
  html(html: string): AsyncGenerator<Sourced> {
    return this.#html(html, this.page, 0);
  }

  /** @param around the base of the addresses, for a page without a base of its own. */
  async *#html(html: string, around: string, depth: number): AsyncGenerator<Sourced> {
    const { page } = this;
    const { htmlLinks } = await import('./html-images.js');
    let links: ReturnType<typeof htmlLinks>;
    try {
      links = htmlLinks(html, maxAddresses);
    } catch (error) {
      return yield bad(page, undefined, error);
    }
    const base = baseOf(links.base, around);
    const { tally } = this.sight;
    for (const address of links.images) yield* this.#image(address, base, tally);
    for (const address of links.stylesheets) yield* this.#stylesheet(address, base, tally, 0);
    for (const address of links.attachments ?? []) yield* this.#linked(address, base, 'attachment');
    if (links.refresh !== undefined) yield* this.#linked(links.refresh, base, 'refresh');
    for (const frame of links.frames ?? []) {
      if (depth < maxFrameDepth) yield* this.#html(frame, base, depth + 1);
      else yield this.#problem('bad-page', `pages stand in pages more than ${maxFrameDepth} deep in it`);
    }
  }

  /** Fetches what may be a page or a picture, to find out which. */
  async *#linked(address: string, base: string, as: Linked['as']): AsyncGenerator<Sourced> {
    const { signal } = this.sight;
    const url = this.#target(address.trim(), base);
    if (signal?.aborted || this.#isFull || !url) return;
    this.#addresses += 1;
    if (this.#addresses > maxAddresses) return yield this.#full(`names more than ${maxAddresses} addresses`);
    if (url.protocol === 'file:') return yield* this.#linkedFile(url, as);
    if (this.readLinked) yield* this.readLinked(url, { page: this.page, sight: this.sight, as });
  }

  async *#linkedFile(url: URL, as: Linked['as']): AsyncGenerator<Sourced> {
    const outside = this.#outside(url);
    const isPage = as === 'refresh' && !outside;
    if (url.href === this.page || !this.crawl.claim(outside ? 'passed' : isPage ? 'page' : 'image', url.href))
      return;
    const ref = { uri: url.href, page: this.page };
    if (outside) return yield sourceSkip(ref, outside);
    this.sight.tally.here = true;
    if (!isPage) return yield sourceAsset(ref);
    const found = await localPage(url.href, maxPageBytes);
    if (found.kind === 'failed') return yield found;
    yield* new PageVisit(this.crawl, url.href, this.sight, this.readLinked).html(textOf(found));
  }

  /** One picture that a sitemap names. `isAlone`: no page shows it. */
  image(address: string, base: string, isAlone: boolean): AsyncGenerator<Sourced> {
    return this.#image(address, base, this.sight.tally, isAlone);
  }

  async *#image(address: string, base: string, tally: Tally, isAlone = false): AsyncGenerator<Sourced> {
    const { page, crawl } = this;
    const { site, signal } = this.sight;
    if (signal?.aborted || this.#isFull) return;
    this.#addresses += 1;
    if (this.#addresses > maxAddresses) return yield this.#full(`names more than ${maxAddresses} addresses`);
    const text = address.trim();
    const isData = /^data:/i.test(text);
    const bytes = isData ? dataUriBytes(text) : undefined;
    if (isData && !bytes) return;
    const target = bytes ? undefined : this.#target(text, base);
    if (!bytes && !target) return;
    if (bytes) this.#dataUris += 1;
    const isWeb = target !== undefined && target.protocol !== 'file:';
    const away = isWeb ? crawl.offSite(target, site) : undefined;
    if (target) tally[away ? 'elsewhere' : 'here'] = true;
    // Not claimed as a picture, because another page may have it on its own site.
    if (!crawl.claim(away ? 'passed' : 'image', bytes ?? target!.href)) return;
    this.#images += 1;
    if (this.#images > maxImages) return yield this.#full(`shows more than ${maxImages} pictures`);
    if (bytes) {
      const inline = bytes.toString('base64');
      return yield sourceAsset({ uri: `${page}#data-${this.#dataUris}`, page, inline });
    }
    if (!isWeb) {
      const outside = this.#outside(target!);
      const ref = { uri: target!.href, page };
      return yield outside ? sourceSkip(ref, outside) : sourceAsset(ref);
    }
    const checked = checkUrl(target!.href);
    if (!checked.ok) return yield this.#problem(checked.code, checked.message);
    const ref = isAlone ? { uri: checked.uri } : { uri: checked.uri, page };
    const refused = away ?? (await crawl.refusal(target!, signal));
    if (signal?.aborted) return;
    yield refused ? sourceSkip(ref, refused) : sourceAsset(ref);
  }

  #problem(code: string, message: string): Sourced {
    return sourceFailure({ uri: this.page }, code, message);
  }

  #full(what: string): Sourced {
    this.#isFull = true;
    return this.#problem('image-limit', `it ${what}; the rest is left out`);
  }

  /** The URL of an address; undefined where a browser would fetch nothing. */
  #target(address: string, base: string): URL | undefined {
    if (!URL.canParse(address, base)) return undefined;
    const url = new URL(address, base);
    url.hash = '';
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
    if (url.protocol !== 'file:' || !this.page.startsWith('file:')) return undefined;
    url.search = '';
    return url.host === '' ? new URL(fileUri(filePath(url.href))) : url;
  }

  /** Why a local file outside the page's own folder is passed over; undefined for a file within it. */
  #outside(url: URL) {
    const { page } = this;
    const folder = page.slice(0, page.lastIndexOf('/') + 1);
    if (url.href.startsWith(folder) && !/%(5c|00)/i.test(url.pathname)) return undefined;
    return {
      reason: 'outside-folder',
      message: 'not below the folder of the page that names it: scan it by its own name',
    };
  }

  async *#stylesheet(address: string, base: string, into: Tally, depth: number): AsyncGenerator<Sourced> {
    const { page, crawl } = this;
    const { site, signal } = this.sight;
    const url = this.#target(address, base);
    if (signal?.aborted || this.#isFull || !url) return;
    this.#addresses += 1;
    if (this.#addresses > maxAddresses) return yield this.#full(`names more than ${maxAddresses} addresses`);
    const ref = { uri: url.href, page };
    const isLocal = url.protocol === 'file:';
    const passed = isLocal ? this.#outside(url) : crawl.offSite(url, site);
    if (passed) {
      if (crawl.claim('passed', url.href)) yield sourceSkip(ref, passed);
      return;
    }
    const known = crawl.known('style', url.href);
    if (known) return addTally(into, known);
    if (this.#styles === maxStyles || depth > maxStyleDepth) return yield* this.#styleLimit();
    const tally = crawl.begin('style', url.href);
    const checked = isLocal ? undefined : checkUrl(url.href);
    if (checked?.ok === false) return yield this.#problem(checked.code, checked.message);
    const refused = isLocal ? undefined : await crawl.refusal(url, signal);
    if (refused) return yield sourceSkip(ref, refused);
    this.#styles += 1;
    const found = isLocal
      ? await localPage(url.href, maxStyleBytes)
      : await crawl.get(url, site, maxStyleBytes, signal);
    // A missing stylesheet shows no picture to anyone.
    if (!found || (found.kind === 'failed' && /^(http-4(04|10)|not-found)$/.test(found.code))) return;
    if (found.kind === 'failed') return yield { ...found, ref };
    const { cssLinks } = await import('./css-images.js');
    let links: ReturnType<typeof cssLinks>;
    try {
      links = cssLinks(textOf(found));
    } catch (error) {
      return yield bad(url.href, page, error);
    }
    const start = found.url.href;
    for (const image of links.images) yield* this.#image(image, start, tally);
    for (const other of links.imports) yield* this.#stylesheet(other, start, tally, depth + 1);
    addTally(into, tally);
  }

  *#styleLimit(): Generator<Sourced> {
    if (this.#isStyleLimit) return;
    this.#isStyleLimit = true;
    const what = `more than ${maxStyles} stylesheets, or some that are imported more than ${maxStyleDepth} deep`;
    yield this.#problem('style-limit', `it has ${what}; the rest is left out`);
  }
}
