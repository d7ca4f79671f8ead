import { addTally, type Crawl, type Sight } from './crawl.js';
import { isText, textOf } from './page-text.js';
import { type Linked, type LinkedPage, maxPageBytes, PageVisit } from './page-visit.js';
import { sourceAsset, sourceFailure, sourceSkip } from './sourced.js';
import type { Sourced } from './types.js';

/** How many pages in a row may send the browser on. */
const maxRefreshes = 5;
/** A form that asks for a password, shown in place of an attachment. */
const passwordField = /<input\b[^>]{0,2000}\btype\s*=\s*["']?password/i;

/**
 * The pictures of one page, on its site or another; or the address itself, where it turns out to be no page.
 * @param from the page that leads there, if any.
 * @param refreshes how many pages in a row sent the browser on before this one.
 */
export async function* readPage(
  crawl: Crawl,
  url: URL,
  sight: Sight,
  from?: Linked,
  refreshes = 0,
): AsyncGenerator<Sourced> {
  const ref = { uri: url.href };
  const away = crawl.offSite(url, sight.site);
  if (away) {
    sight.tally.elsewhere = true;
    // Not claimed as a page, because another source may have it on its own site.
    if (crawl.claim('passed', url.href)) yield sourceSkip(ref, away);
    return;
  }
  const known = crawl.known('page', url.href);
  if (known) return addTally(sight.tally, known);
  if (!crawl.countPage()) {
    if (crawl.claim('limit', 'pages')) yield sourceFailure(ref, 'page-limit', crawl.pageLimit);
    return;
  }
  const tally = crawl.begin('page', url.href);
  yield* readNewPage(crawl, url, { ...sight, tally }, from, refreshes);
  addTally(sight.tally, tally);
}

async function* readNewPage(
  crawl: Crawl,
  url: URL,
  sight: Sight,
  from: Linked | undefined,
  refreshes: number,
): AsyncGenerator<Sourced> {
  const { site, signal, tally } = sight;
  const isAttached = from?.as === 'attachment';
  const ref = { uri: url.href, ...(isAttached ? { page: from.page } : {}) };
  const refused = await crawl.refusal(url, signal);
  if (refused) return yield sourceSkip(ref, refused);
  const found = await crawl.get(url, site, maxPageBytes, signal);
  if (!found) return;
  const { isPictureName } = await import('./html-images.js');
  // No page is that large, but a picture may be.
  const isLarge =
    found.kind === 'failed' && found.code === 'too-large' && (isAttached || isPictureName(url.pathname));
  if (found.kind === 'failed' && !isLarge) return yield { ...found, ref };
  if (found.kind === 'failed' || !isText(found)) {
    // Pictures do not count as pages.
    crawl.uncountPage();
    tally.here = true;
    if (crawl.claim('image', url.href)) yield sourceAsset(ref);
    return;
  }
  const html = textOf(found);
  if (isAttached && passwordField.test(html)) {
    const message = 'it is attached to a page, and answers with a page that asks for a password';
    yield sourceFailure(ref, 'not-a-picture', message);
  }
  // Attachments of an attachment are ignored, because boards link each one with the next.
  const readLinked = isAttached ? undefined : linkedPages(crawl, refreshes);
  yield* new PageVisit(crawl, found.url.href, sight, readLinked).html(html);
}

/** Makes the function that fetches what pages lead to, up to so many pages in a row that send the browser on. */
export const linkedPages =
  (crawl: Crawl, refreshes = 0): LinkedPage =>
  (url, from) => {
    if (from.as === 'attachment') return readPage(crawl, url, from.sight, from);
    return refreshes < maxRefreshes
      ? readPage(crawl, url, from.sight, from, refreshes + 1)
      : tooManyRefreshes(from.page);
  };

async function* tooManyRefreshes(uri: string): AsyncGenerator<Sourced> {
  const message = `more than ${maxRefreshes} pages in a row send whoever looks at them on to another`;
  yield sourceFailure({ uri }, 'too-many-redirects', message);
}
