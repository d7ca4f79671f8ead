import { bucketSource } from './bucket.js';
import { directorySource } from './directory.js';
import { fileSource } from './file.js';
import { pagesSource } from './pages.js';
import { pathListSource } from './path-list.js';
import { sitemapSource } from './sitemap.js';
import type { Source } from './types.js';
import { urlSource } from './url.js';
import { urlListSource } from './url-list.js';

export { Crawl } from './crawl.js';
export { type Target, tellTarget } from './target.js';

/** Every source by name: each takes its options and yields asset refs. Documented in docs/sources.md. */
export const sources = {
  directory: directorySource,
  file: fileSource,
  bucket: bucketSource,
  url: urlSource,
  'path-list': pathListSource,
  'url-list': urlListSource,
  pages: pagesSource,
  sitemap: sitemapSource,
} satisfies Record<string, (options: never) => Source | Promise<Source>>;

export type SourceName = keyof typeof sources;
