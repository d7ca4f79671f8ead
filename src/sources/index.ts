import { bucketSource } from './bucket.js';
import { directorySource } from './directory.js';
import { fileSource } from './file.js';
import type { PagesOptions } from './pages.js';
import { pathListSource } from './path-list.js';
import { patternSource } from './pattern.js';
import type { SitemapOptions } from './sitemap.js';
import { stdinSource } from './stdin.js';
import type { Source } from './types.js';
import { urlSource } from './url.js';
import { urlListSource } from './url-list.js';

export { type Target, tellTarget } from './target.js';

/**
 * Every source by name. Each takes its options and yields asset refs. Those that read the web are loaded when first
 * called. See docs/sources.md.
 * @example
 * const uploads = sources.directory({ path: './uploads', exclude: ['*.tmp'] });
 * for await (const result of scanner.scan(uploads.list())) console.log(result.outcome);
 */
export const sources = {
  directory: directorySource,
  file: fileSource,
  pattern: patternSource,
  bucket: bucketSource,
  url: urlSource,
  stdin: stdinSource,
  'path-list': pathListSource,
  'url-list': urlListSource,
  pages: async (options: PagesOptions) => (await import('./pages.js')).pagesSource(options),
  sitemap: async (options: SitemapOptions) => (await import('./sitemap.js')).sitemapSource(options),
} satisfies Record<string, (options: never) => Source | Promise<Source>>;

/** Name of a source in `sources`. */
export type SourceName = keyof typeof sources;

export { Crawl } from './crawl.js';
export { filesMatching, isPattern } from './pattern.js';
export { Scope } from './scope.js';
export { inShard, readShard, type Shard, shardOf } from './shard.js';
export { resultOfUnread, sourceAsset } from './sourced.js';
