import { filePath, fileUri } from '../core/uri.js';
import type { Crawl, Sight } from './crawl.js';
import { dataUriBytes } from './data-uri.js';
import { localPage } from './local-page.js';
import { textOf } from './page-text.js';
import type { Sourced } from './types.js';
import { checkUrl } from './url.js';

/** Limits of one page, which no honest page comes near. */
const maxStyleBytes = 2_000_000;
const maxImages = 5000;
const maxAddresses = 20_000;
const maxStyles = 50;
const maxStyleDepth = 3;

/** The problem that an error of a parser is, which nobody foresaw: it costs this page, and not the run. */
const bad = (uri: string, page: string | undefined, error: unknown): Sourced => ({
  ref: page === undefined ? { uri } : { uri, page },
  stage: 'source',
  code: 'bad-page',
  message: `it cannot be read: ${error instanceof Error ? error.message : 'unknown error'}`,
});

/** What the addresses of a page start from. Other schemes are ignored, as browsers ignore `data:` and `javascript:` there. */
function baseOf(named: string | undefined, page: string): string {
  if (named === undefined || !URL.canParse(named, page)) return page;
  const { protocol, href } = new URL(named, page);
  return /^(https?|file):$/.test(protocol) ? href : page;
}

/** One page while it is looked through. */
export class PageVisit {
  #addresses = 0;
  #images = 0;
  #dataUris = 0;
  #styles = 0;
  #isFull = false;
  #isStyleLimit = false;

  /** `page`: its address, as events name it. */
  constructor(
    readonly crawl: Crawl,
    readonly page: string,
    readonly sight: Sight,
  ) {}

  /** All pictures that it shows or links to. */
  async *html(html: string): AsyncGenerator<Sourced> {
    const { page } = this;
    const { htmlLinks } = await import('./html-images.js');
    let links: ReturnType<typeof htmlLinks>;
    try {
      links = htmlLinks(html, maxAddresses);
    } catch (error) {
      return yield bad(page, undefined, error);
    }
    const base = baseOf(links.base, page);
    for (const address of links.images) yield* this.image(address, base);
    for (const address of links.stylesheets) yield* this.#stylesheet(address, base, 0);
  }

  /** One picture. `isAlone`: no page shows it, a sitemap names it. */
  async *image(address: string, base: string, isAlone = false): AsyncGenerator<Sourced> {
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
    if (!crawl.claim('image', bytes ?? target!.href)) return;
    this.#images += 1;
    if (this.#images > maxImages) return yield this.#full(`shows more than ${maxImages} pictures`);
    if (bytes) return yield { uri: `${page}#data-${this.#dataUris}`, page, inline: bytes.toString('base64') };
    if (target!.protocol === 'file:') return yield this.#outside(target!) ?? { uri: target!.href, page };
    const checked = checkUrl(target!.href);
    if (!checked.ok) return yield this.#problem(checked.code, checked.message);
    const ref = isAlone ? { uri: checked.uri } : { uri: checked.uri, page };
    const refused = await crawl.refusal(target!, site, signal);
    if (signal?.aborted) return;
    yield refused ? { ref, ...refused } : ref;
  }

  #problem(code: string, message: string): Sourced {
    return { ref: { uri: this.page }, stage: 'source', code, message };
  }

  #full(what: string): Sourced {
    this.#isFull = true;
    return this.#problem('image-limit', `it ${what}; the rest is left out`);
  }

  /** Where an address leads; undefined where a browser would fetch nothing. */
  #target(address: string, base: string): URL | undefined {
    if (!URL.canParse(address, base)) return undefined;
    const url = new URL(address, base);
    url.hash = '';
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
    if (url.protocol !== 'file:' || !this.page.startsWith('file:')) return undefined;
    url.search = '';
    return url.host === '' ? new URL(fileUri(filePath(url.href))) : url;
  }

  /** The skip that a local file is which does not lie below the page's own folder. */
  #outside(url: URL): Sourced | undefined {
    const { page } = this;
    const folder = page.slice(0, page.lastIndexOf('/') + 1);
    if (url.href.startsWith(folder) && !/%(5c|00)/i.test(url.pathname)) return undefined;
    return {
      ref: { uri: url.href, page },
      reason: 'outside-folder',
      message: 'not below the folder of the page that names it: scan it by its own name',
    };
  }

  async *#stylesheet(address: string, base: string, depth: number): AsyncGenerator<Sourced> {
    const { page, crawl } = this;
    const { site, signal } = this.sight;
    const url = this.#target(address, base);
    if (signal?.aborted || this.#isFull || !url) return;
    this.#addresses += 1;
    if (this.#addresses > maxAddresses) return yield this.#full(`names more than ${maxAddresses} addresses`);
    const isLimit = this.#styles === maxStyles || depth > maxStyleDepth;
    if (isLimit && !crawl.isClaimed('style', url.href)) return yield* this.#styleLimit();
    if (!crawl.claim('style', url.href)) return;
    const ref = { uri: url.href, page };
    const isLocal = url.protocol === 'file:';
    if (isLocal) {
      const outside = this.#outside(url);
      if (outside) return yield outside;
    } else {
      const checked = checkUrl(url.href);
      if (!checked.ok) return yield this.#problem(checked.code, checked.message);
      const refused = await crawl.refusal(url, site, signal);
      if (refused) return yield { ref, ...refused };
    }
    this.#styles += 1;
    const found = isLocal
      ? await localPage(url.href, maxStyleBytes)
      : await crawl.get(url, site, maxStyleBytes, signal);
    // A stylesheet that is gone shows no picture to anybody.
    if (!found || ('stage' in found && /^(http-4(04|10)|not-found)$/.test(found.code))) return;
    if ('stage' in found) return yield { ...found, ref };
    const { cssLinks } = await import('./css-images.js');
    let links: ReturnType<typeof cssLinks>;
    try {
      links = cssLinks(textOf(found));
    } catch (error) {
      return yield bad(url.href, page, error);
    }
    for (const image of links.images) yield* this.image(image, found.url.href);
    for (const other of links.imports) yield* this.#stylesheet(other, found.url.href, depth + 1);
  }

  *#styleLimit(): Generator<Sourced> {
    if (this.#isStyleLimit) return;
    this.#isStyleLimit = true;
    const what = `more than ${maxStyles} stylesheets, or some that are imported more than ${maxStyleDepth} deep`;
    yield this.#problem('style-limit', `it has ${what}; the rest is left out`);
  }
}
