import { addTally, type Crawl, type Sight } from './crawl.js';
import { isText, textOf } from './page-text.js';
import { type Linked, type LinkedPage, maxPageBytes, PageVisit } from './page-visit.js';
import type { Sourced } from './types.js';

/** Pages that may send people on to one another. */
const maxRefreshes = 5;
/** What asks people who they are, in place of what is attached. */
const passwordField = /<input\b[^>]{0,2000}\btype\s*=\s*["']?password/i;

/**
 * The pictures of one page, on its site or another; the address itself where it turns out to be no page.
 * @param from what leads there, where another page does.
 * @param refreshes pages that sent people on until there.
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
    // Not as a page: another source may have it on its own site.
    if (crawl.claim('passed', url.href)) yield { ref, ...away };
    return;
  }
  const known = crawl.known('page', url.href);
  if (known) return addTally(sight.tally, known);
  if (!crawl.countPage()) {
    if (crawl.claim('limit', 'pages'))
      yield { ref, stage: 'source', code: 'page-limit', message: crawl.pageLimit };
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
  if (refused) return yield { ref, ...refused };
  const found = await crawl.get(url, site, maxPageBytes, signal);
  if (!found) return;
  const { isPictureName } = await import('./html-images.js');
  // No page is that large; a picture may be.
  const isLarge =
    'stage' in found && found.code === 'too-large' && (isAttached || isPictureName(url.pathname));
  if ('stage' in found && !isLarge) return yield { ...found, ref };
  if ('stage' in found || !isText(found)) {
    // Pictures do not count as pages.
    crawl.uncountPage();
    tally.here = true;
    if (crawl.claim('image', url.href)) yield ref;
    return;
  }
  const html = textOf(found);
  if (isAttached && passwordField.test(html)) {
    const message = 'it is attached to a page, and answers with a page that asks for a password';
    yield { ref, stage: 'source', code: 'not-a-picture', message };
  }
  // What is attached to what is attached is not looked for: boards link each with the next.
  const readLinked = isAttached ? undefined : linkedPages(crawl, refreshes);
  yield* new PageVisit(crawl, found.url.href, sight, readLinked).html(html);
}

/** What pages lead to is asked for, one that sends people on only so often in a row. */
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
  yield { ref: { uri }, stage: 'source', code: 'too-many-redirects', message };
}
