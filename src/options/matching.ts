import type { OptionSpec } from '../config/index.js';
import { categories } from '../core/types.js';
import { listFormats } from '../lists/index.js';

/** Options for algorithms and thresholds; a part of the one table in table.ts. */
export const matchingSpecs = {
  list: {
    flags: '-l, --list <file>',
    kind: 'texts',
    isPath: true,
    about: 'hash list to match against; repeatable',
  },
  ownList: {
    flags: '--own-list <file>',
    kind: 'text',
    isPath: true,
    about:
      'list of what you removed yourself, always compared with (default: lists/own.jsonl beside the ledger)',
  },
  useOwnList: { flags: '--no-own-list', kind: 'flag', about: 'do not compare with your own list' },
  requireList: {
    flags: '--require-list',
    kind: 'flag',
    about: 'refuse to run (code 2) without a list of others: for gates, which must not take 0 for clear then',
  },
  alsoFingerprint: {
    flags: '--also-fingerprint <names>',
    kind: 'names',
    about: 'make these fingerprints too, for lists that are still to come (default without --list: pdq)',
  },
  matcher: {
    flags: '--matcher <name>',
    kind: 'texts',
    about:
      'matching service of the configuration to ask, beside or instead of a list; it gets fingerprints only; repeatable',
  },
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
  category: {
    flags: '--category <name>',
    kind: 'text',
    choices: categories,
    about: 'category of entries that do not name theirs',
  },
  strict: { flags: '--strict', kind: 'flag', about: 'a hash list with a bad line is an error (code 2)' },
  allow: {
    flags: '--allow <file>',
    kind: 'texts',
    isPath: true,
    about: 'list of harmless pictures: their matches are marked as suppressed; repeatable',
  },
  maxListAge: {
    flags: '--max-list-age <time>',
    kind: 'duration',
    about: 'warn of lists older than this (7d); with --strict they are refused',
  },
  threshold: {
    flags: '-t, --threshold <algorithm=bits>',
    kind: 'pairs',
    about: 'largest distance that is a match: pdq=24,phash=6',
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
  videoPercent: {
    flags: '--video-percent <percent>',
    kind: 'number',
    about:
      'a video is a listed one where so much of either matches (default 80); single frames are told besides',
  },
  failOn: {
    flags: '--fail-on <band>',
    kind: 'text',
    choices: ['strong', 'possible'],
    default: 'strong',
    about: 'the least sure match that makes the exit code 10',
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
      'ways of looking at each picture: as it is; turned, mirrored, inverted, trimmed, straightened and in ' +
      'collages and frames as well (the default of scan); cropped and tilted too (finds most, takes half as long again or more)',
  },
} as const satisfies Record<string, OptionSpec>;
