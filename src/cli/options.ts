import { categories } from '../core/types.js';
import { listFormats } from '../lists/index.js';
import { compiledOptions } from './list-options.js';
import type { Kind, ValueOf } from './option-kinds.js';
import { reportOptions } from './report-options.js';

/** One option, declared once (house rule R8): its config key is its name here. */
export interface OptionSpec {
  readonly flags: string;
  readonly kind: Kind;
  readonly about: string;
  readonly choices?: readonly string[];
  readonly default?: unknown;
  /** Not to be had from the environment or the config file: it belongs to one call. */
  readonly flagOnly?: true;
}

export const options = {
  list: { flags: '-l, --list <file>', kind: 'texts', about: 'hash list to match against; repeatable' },
  listAlgorithm: {
    flags: '--algorithm <name>',
    kind: 'text',
    about: 'algorithm of listed hashes that do not name theirs; of several (pdq,md5) the one of that length',
  },
  column: {
    flags: '--column <field=name>',
    kind: 'pairs',
    about: 'column of a CSV list whose header is not recognised: hash=fingerprint',
  },
  listFormat: {
    flags: '--list-format <name>',
    kind: 'text',
    choices: Object.keys(listFormats),
    about: 'format of the hash lists, where their content does not tell',
  },
  categoryMap: {
    flags: '--category-map <text=category>',
    kind: 'pairs',
    about: "a list's own categories as ours, or skip: 1=csam,2=exploitative,5=skip",
  },
  maxDownvotes: {
    flags: '--max-downvotes <count>',
    kind: 'count',
    about: 'leave out listed entries that this many members of the exchange disputed',
  },
  allow: {
    flags: '--allow <file>',
    kind: 'texts',
    about: 'list of harmless pictures: their matches are marked as suppressed; repeatable',
  },
  maxListAge: {
    flags: '--max-list-age <time>',
    kind: 'duration',
    about: 'warn of lists older than this (7d); with --strict they are refused',
  },
  exportFormat: {
    flags: '-f, --format <name>',
    kind: 'text',
    flagOnly: true,
    choices: ['jsonl', 'csv', 'hex', 'threatexchange'],
    default: 'jsonl',
    about: 'format that is written',
  },
  doctorFormat: {
    flags: '-f, --format <name>',
    kind: 'text',
    flagOnly: true,
    choices: ['text', 'json'],
    default: 'text',
    about: 'output format',
  },
  outputFile: { flags: '-o, --output <file>', kind: 'text', flagOnly: true, about: 'file to write' },
  onlyAlgorithm: {
    flags: '--only-algorithm <names>',
    kind: 'names',
    flagOnly: true,
    about: 'write only hashes of these algorithms',
  },
  onlyCategory: {
    flags: '--only-category <names>',
    kind: 'names',
    flagOnly: true,
    about: 'write only entries of these categories',
  },
  onlySupplier: {
    flags: '--only-supplier <name>',
    kind: 'texts',
    flagOnly: true,
    about: 'write only entries of this supplier; repeatable',
  },
  fromImage: {
    flags: '--from-image <file>',
    kind: 'texts',
    flagOnly: true,
    about: 'picture whose fingerprints are added; repeatable',
  },
  id: { flags: '--id <id>', kind: 'text', flagOnly: true, about: 'id of the entry (default: a random one)' },
  note: { flags: '--note <text>', kind: 'text', flagOnly: true, about: 'why the entry is there' },
  by: { flags: '--by <name>', kind: 'text', flagOnly: true, about: 'who adds it (default: your user name)' },
  until: {
    flags: '--until <date>',
    kind: 'text',
    flagOnly: true,
    about: 'last day on which an allow entry counts',
  },
  category: {
    flags: '--category <name>',
    kind: 'text',
    choices: categories,
    about: 'category of entries that do not name theirs',
  },
  strict: { flags: '--strict', kind: 'flag', about: 'a hash list with a bad line is an error (code 2)' },
  threshold: {
    flags: '-t, --threshold <algorithm=bits>',
    kind: 'pairs',
    about: 'largest distance that is a match: pdq=24,phash=6',
  },
  algorithms: {
    flags: '-a, --algorithm <names>',
    kind: 'names',
    about: 'fingerprints to compute, separated by commas',
  },
  pdqVariant: {
    flags: '--pdq-variant <variant>',
    kind: 'text',
    choices: ['full', '512'],
    default: 'full',
    about: 'full: as pdqhash for Python, tx and HMA; 512: as the C++ command-line tool',
  },
  views: {
    flags: '--views <set>',
    kind: 'text',
    choices: ['none', 'basic', 'all'],
    about:
      'ways of looking at each picture: as it is; turned, mirrored, inverted and trimmed as well (the default of scan); ' +
      'cropped and tilted too (finds most, takes about twice as long)',
  },
  html: { flags: '--html <file>', kind: 'text', flagOnly: true, about: 'write a page with plots' },
  writeConfig: {
    flags: '--write-config',
    kind: 'flag',
    flagOnly: true,
    about: 'put the recommended thresholds into the configuration file',
  },
  strictness: {
    flags: '--strictness <kind>',
    kind: 'text',
    choices: ['strict', 'balanced', 'wide'],
    about:
      'how near is a match: strict: the customary thresholds (the default); balanced: by the size of the lists, at most one ' +
      'match by chance in a million pictures; wide: one in ten thousand, for those with reviewers',
  },
  maxExpected: {
    flags: '--max-expected <matches>',
    kind: 'number',
    about: 'matches by chance to put up with in a million pictures; sets the thresholds',
  },
  failOn: {
    flags: '--fail-on <band>',
    kind: 'text',
    choices: ['strong', 'possible'],
    default: 'strong',
    about: 'the least sure match that makes the exit code 10',
  },
  urls: {
    flags: '--urls <file>',
    kind: 'texts',
    flagOnly: true,
    about: 'file of URLs to scan, one a line; - is standard input; repeatable',
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
  s3Endpoint: {
    flags: '--s3-endpoint <url>',
    kind: 'text',
    about: 'address of a store that is compatible with S3, for s3:// targets',
  },
  contact: {
    flags: '--contact <address>',
    kind: 'text',
    about: 'e-mail or web address of yours for the user agent, so that a site can reach you',
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
  allowPrivate: {
    flags: '--allow-private',
    kind: 'flag',
    about: 'fetch from private and loopback addresses too (a site of your own network)',
  },
  maxBytes: {
    flags: '--max-bytes <size>',
    kind: 'bytes',
    default: 100_000_000,
    about: 'largest asset that is read',
  },
  maxContainerBytes: {
    flags: '--max-container-bytes <size>',
    kind: 'bytes',
    default: 4_000_000_000,
    about:
      'largest local archive or video that is looked into; nothing in an archive may be larger than --max-bytes',
  },
  archives: {
    flags: '--no-archives',
    kind: 'flag',
    default: true,
    about: 'do not look into archives (zip, tar, gz, docx, epub, …)',
  },
  pdf: { flags: '--no-pdf', kind: 'flag', default: true, about: 'do not look into PDF documents' },
  thumbnails: {
    flags: '--no-thumbnails',
    kind: 'flag',
    default: true,
    about: 'do not look at the thumbnails inside pictures',
  },
  video: {
    flags: '--no-video',
    kind: 'flag',
    default: true,
    about: 'do not look at the frames of videos',
  },
  maxPixels: {
    flags: '--max-pixels <count>',
    kind: 'count',
    default: 100_000_000,
    about: 'largest picture that is decoded, width times height',
  },
  maxFrames: {
    flags: '--max-frames <count>',
    kind: 'count',
    default: 64,
    about: 'frames hashed of an animated picture; more are sampled evenly',
  },
  timeout: { flags: '--timeout <time>', kind: 'duration', default: 30, about: 'time for one asset' },
  jobs: {
    flags: '-j, --jobs <count>',
    kind: 'count',
    about: 'assets in flight at once (default: processor cores + 2)',
  },
  output: {
    flags: '-o, --output <file>',
    kind: 'texts',
    about: 'write results to a file, format by its extension; - is standard output; repeatable',
  },
  format: {
    flags: '-f, --format <name>',
    kind: 'text',
    about: 'output format: text on a terminal and jsonl otherwise, unless given',
    choices: ['text', 'json', 'jsonl', 'csv'],
  },
  summary: { flags: '--summary <file>', kind: 'text', about: 'write the counts as JSON' },
  all: { flags: '--all', kind: 'flag', about: 'put clear assets into the output too' },
  showHashes: { flags: '--show-hashes', kind: 'flag', about: 'show listed hashes, which are confidential' },
  fail: { flags: '--no-fail', kind: 'flag', default: true, about: 'a match does not change the exit code' },
  allowEmpty: { flags: '--allow-empty', kind: 'flag', about: 'finding nothing to scan is no error' },
  allowUnsupported: {
    flags: '--allow-unsupported',
    kind: 'flag',
    about: 'pictures in formats that cannot be read are no error',
  },
  ledger: {
    flags: '--ledger <file>',
    kind: 'text',
    about: 'database that remembers what was scanned (default: in the state directory of the user)',
  },
  useLedger: { flags: '--no-ledger', kind: 'flag', about: 'remember nothing, and read every file anew' },
  wait: {
    flags: '--wait',
    kind: 'flag',
    about: 'wait for another run that uses the ledger, the lock or the list to end',
  },
  resume: {
    flags: '--resume',
    kind: 'flag',
    flagOnly: true,
    about: 'finish an interrupted run (done by itself where the same is scanned again)',
  },
  fresh: {
    flags: '--fresh',
    kind: 'flag',
    flagOnly: true,
    about: 'start anew instead of finishing an interrupted run; list sync reads everything anew',
  },
  cache: { flags: '--no-cache', kind: 'flag', default: true, about: 'read unchanged files again' },
  retryQuarantined: {
    flags: '--retry-quarantined',
    kind: 'flag',
    about: 'decode again what has crashed the decoder before',
  },
  since: {
    flags: '--since',
    kind: 'flag',
    about: 'leave out files unchanged since the last complete run of the same plan',
  },
  budget: {
    flags: '--budget <time>',
    kind: 'duration',
    about: 'stop cleanly after this time; the next run goes on: 20m',
  },
  lock: {
    flags: '--lock <file>',
    kind: 'text',
    about: 'refuse to run (or --wait) while another run holds this file',
  },
  heartbeat: {
    flags: '--heartbeat <file>',
    kind: 'text',
    about: 'write the state of the run and the last success for monitoring',
  },
  metrics: {
    flags: '--metrics <file>',
    kind: 'text',
    about: 'write counts in the text format of Prometheus',
  },
  logFormat: {
    flags: '--log-format <name>',
    kind: 'text',
    choices: ['text', 'json'],
    default: 'text',
    about: 'lines on standard error',
  },
  verifyCache: {
    flags: '--verify-cache <ratio>',
    kind: 'number',
    about: 'read this share of the unchanged files again and compare: 0.01',
  },
  quiet: {
    flags: '-q, --quiet',
    kind: 'flag',
    about: 'print to standard error only on a match, a failure or a crash',
  },
  test: { flags: '--test', kind: 'flag', flagOnly: true, about: 'send a marked test to every target' },
  verbose: { flags: '-v, --verbose', kind: 'flag', about: 'show skipped assets and details' },
  progress: { flags: '--no-progress', kind: 'flag', default: true, about: 'no progress on standard error' },
  config: {
    flags: '--config <file>',
    kind: 'text',
    flagOnly: true,
    about: 'configuration file (default: hashsieve.config.json, if there is one)',
  },
  printConfig: {
    flags: '--print-config',
    kind: 'flag',
    flagOnly: true,
    about: 'show the settings in force and where each comes from, and stop',
  },
  ...compiledOptions,
  ...reportOptions,
} as const satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof options;

type Value<S extends OptionSpec> = ValueOf<S['kind']>;
/** Values by option name; those with a default are always there. */
export type OptionValues = {
  readonly [K in OptionName as (typeof options)[K] extends { default: unknown } ? K : never]: Value<
    (typeof options)[K]
  >;
} & {
  readonly [K in OptionName as (typeof options)[K] extends { default: unknown } ? never : K]?:
    | Value<(typeof options)[K]>
    | undefined;
};

/** Environment variable of an option: `HASHSIEVE_MAX_BYTES`. */
export const environmentName = (option: string): string =>
  `HASHSIEVE_${option.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** Sets of options that several commands share. */
/** How lists are read. */
export const readingOptions = [
  'listFormat',
  'listAlgorithm',
  'column',
  'category',
  'categoryMap',
  'maxDownvotes',
  'strict',
] as const;
export const listOptions = ['list', ...readingOptions] as const;
export const sourceOptions = [
  'urls',
  'filesFrom',
  'pages',
  'sitemap',
  'hosts',
  'ignoreRobots',
  'maxPages',
  'rate',
  'perHost',
  'contact',
  's3Endpoint',
  'null',
  'include',
  'exclude',
  'followSymlinks',
  'allowPrivate',
] as const;
/** What is looked into. */
export const insideOptions = ['archives', 'pdf', 'thumbnails', 'video', 'maxContainerBytes'] as const;
export const limitOptions = ['maxBytes', 'maxPixels', 'maxFrames', 'timeout', 'jobs', 'pdqVariant'] as const;
export const ledgerOptions = ['ledger', 'useLedger', 'wait'] as const;
export const runOptions = [
  ...ledgerOptions,
  'resume',
  'fresh',
  'cache',
  'verifyCache',
  'retryQuarantined',
  'since',
  'budget',
  'lock',
  'heartbeat',
  'metrics',
  'logFormat',
] as const;
export const commonOptions = ['quiet', 'verbose', 'progress', 'config', 'printConfig'] as const;
