import type { OptionSpec } from '../config/index.js';

/** Options for the sources of assets; a part of the one table in table.ts. */
export const sourceSpecs = {
  urls: {
    flags: '--urls <file>',
    kind: 'texts',
    flagOnly: true,
    about: 'file of URLs to scan, one a line; - is standard input; repeatable',
  },
  stdinName: {
    flags: '--stdin-name <name>',
    kind: 'text',
    flagOnly: true,
    about: 'name of the picture, video or archive that standard input holds, of the target -',
  },
  filesFrom: {
    flags: '--files-from <file>',
    kind: 'texts',
    flagOnly: true,
    about: 'file of paths to scan, one a line; - is standard input; repeatable',
  },
  pages: {
    flags: '--pages <page>',
    kind: 'texts',
    flagOnly: true,
    about: 'address of a web page, or an HTML file, whose pictures to scan; repeatable',
  },
  sitemap: {
    flags: '--sitemap <sitemap>',
    kind: 'texts',
    flagOnly: true,
    about: 'address or file of a sitemap: its pictures and those of its pages are scanned; repeatable',
  },
  hosts: {
    flags: '--hosts <names>',
    kind: 'names',
    about: "hosts besides a page's own whose pictures to scan: cdn.example.org,*.example.net; * for all",
  },
  allowHtml: {
    flags: '--allow-html',
    kind: 'flag',
    about: 'an address that answers with a web page or JSON in place of a picture is no error',
  },
  ignoreRobots: {
    flags: '--ignore-robots',
    kind: 'flag',
    about: 'pass over robots.txt, for a site of your own',
  },
  maxPages: {
    flags: '--max-pages <count>',
    kind: 'count',
    default: 100_000,
    about: 'pages that are read, of all --pages and sitemaps',
  },
  rate: {
    flags: '--rate <requests>',
    kind: 'number',
    about: 'requests a second to one host (default: 5 with --pages or --sitemap, otherwise no limit)',
  },
  perHost: {
    flags: '--per-host <count>',
    kind: 'count',
    default: 4,
    about: 'requests at a time to one host',
  },
  contact: {
    flags: '--contact <address>',
    kind: 'text',
    about: 'e-mail or web address of yours for the user agent, so that a site can reach you',
  },
  s3Endpoint: {
    flags: '--s3-endpoint <url>',
    kind: 'text',
    about: 'address of a store that is compatible with S3, for s3:// targets',
  },
  null: {
    flags: '--null',
    kind: 'flag',
    flagOnly: true,
    about: '--files-from is separated by zero bytes (find -print0)',
  },
  include: {
    flags: '--include <glob>',
    kind: 'texts',
    about: 'scan only matching files of a directory; repeatable',
  },
  exclude: {
    flags: '--exclude <glob>',
    kind: 'texts',
    about: 'leave out matching files of a directory; repeatable',
  },
  followSymlinks: { flags: '--follow-symlinks', kind: 'flag', about: 'follow symbolic links' },
  ignoreSymlinks: {
    flags: '--ignore-symlinks',
    kind: 'flag',
    about: 'links that lead out of what is scanned are no error',
  },
  allowPrivate: {
    flags: '--allow-private',
    kind: 'flag',
    about: 'fetch from private and loopback addresses too (a site of your own network)',
  },
  shard: {
    flags: '--shard <part>',
    kind: 'text',
    about:
      'look only at this part of what is found, such as 2/8: eight machines that take one part each look at everything once',
  },
} as const satisfies Record<string, OptionSpec>;
