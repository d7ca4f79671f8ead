import { promises as fs } from 'node:fs';
import { displayUri, fileUri, printable, UsageError } from '../core/index.js';
import { type Crawl, notAllElsewhere } from './crawl.js';
import { localPage } from './local-page.js';
import { textOf } from './page-text.js';
import { maxPageBytes, PageVisit } from './page-visit.js';
import { absolutePath } from './paths.js';
import { linkedPages, readPage } from './read-page.js';
import type { Source } from './types.js';
import { checkUrl } from './url.js';

/** Which page to read, and the crawl that it belongs to. */
export interface PagesOptions {
  /** An http(s) URL, or the path of an HTML file. */
  readonly page: string;
  /** Absolute directory that a relative path starts from. Default: where the process works. */
  readonly cwd?: string;
  readonly crawl: Crawl;
}

/**
 * The pictures that a web page, or an HTML file, shows and links to; each ref names the page. The relative addresses of
 * a local file lead only to files below its own folder. Raises UsageError for a page that is no URL and no file.
 */
export async function pagesSource({ page, cwd, crawl }: PagesOptions): Promise<Source> {
  if (/^https?:\/\//i.test(page)) {
    const checked = checkUrl(page);
    if (!checked.ok) throw new UsageError(`--pages: ${checked.message}`);
    const url = new URL(checked.uri);
    return {
      label: checked.uri,
      async *list(signal) {
        if (signal?.aborted) return;
        yield* notAllElsewhere(url.href, (tally) =>
          readPage(crawl, url, { site: url.hostname, signal, tally }),
        );
      },
    };
  }
  const path = await localFile('--pages', page, cwd, 'an HTML file');
  const uri = fileUri(path);
  return {
    label: displayUri(uri),
    async *list(signal) {
      if (signal?.aborted) return;
      const found = await localPage(uri, maxPageBytes);
      if (found.kind === 'failed') return yield found;
      const html = textOf(found);
      yield* notAllElsewhere(uri, (tally) =>
        new PageVisit(crawl, uri, { site: undefined, signal, tally }, linkedPages(crawl)).html(html),
      );
    },
  };
}

/** Path of an existing regular file. Raises UsageError, which names `flag` and the file. */
export async function localFile(
  flag: string,
  name: string,
  cwd: string | undefined,
  what: string,
): Promise<Buffer> {
  const path = absolutePath(name, cwd);
  const wayOut = `name ${what} or an http(s) URL`;
  const found = await fs.stat(path).catch(() => undefined);
  if (!found) throw new UsageError(`${flag} ${printable(name)}: no such file; ${wayOut}`);
  if (!found.isFile()) throw new UsageError(`${flag} ${printable(name)}: no regular file; ${wayOut}`);
  return path;
}
