import { addTally, type Crawl, type Sight } from './crawl.js';
import { isText, textOf } from './page-text.js';
import { PageVisit } from './page-visit.js';
import type { Sourced } from './types.js';

/** Bytes of a page, which no honest page comes near. */
const maxPageBytes = 10_000_000;

/** The pictures of one page, on its site or another; the address itself where it turns out to be no page. */
export async function* readPage(crawl: Crawl, url: URL, sight: Sight): AsyncGenerator<Sourced> {
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
  yield* readNewPage(crawl, url, { ...sight, tally });
  addTally(sight.tally, tally);
}

async function* readNewPage(crawl: Crawl, url: URL, sight: Sight): AsyncGenerator<Sourced> {
  const { site, signal, tally } = sight;
  const ref = { uri: url.href };
  const refused = await crawl.refusal(url, signal);
  if (refused) return yield { ref, ...refused };
  const found = await crawl.get(url, site, maxPageBytes, signal);
  if (!found) return;
  const { isPictureName } = await import('./html-images.js');
  // No page is that large; a picture may be.
  const isLarge = 'stage' in found && found.code === 'too-large' && isPictureName(url.pathname);
  if ('stage' in found && !isLarge) return yield found;
  if ('stage' in found || !isText(found)) {
    // Pictures do not count as pages.
    crawl.uncountPage();
    tally.here = true;
    if (crawl.claim('image', url.href)) yield ref;
    return;
  }
  yield* new PageVisit(crawl, found.url.href, sight).html(textOf(found));
}
