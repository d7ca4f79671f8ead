import { type Category, categories } from '../core/types.js';
import type { Algorithms } from './types.js';

/** Names are compared by their letters and digits alone: `SHA-1`, `sha1` and `Sha 1` are one. */
export const squeeze = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Sizes that suppliers write out. */
const aliases: Readonly<Record<string, string>> = {
  phash64: 'phash',
  dhash64: 'dhash',
  blockhash16: 'blockhash',
  blockhash256: 'blockhash',
  // The MD5 of a video's file is an MD5 like any other.
  videomd5: 'md5',
  vmd5: 'md5',
};

/** Kinds of hash that lists hold and this program does not compute; squeezed name → name in reports. */
const foreign: Readonly<Record<string, string>> = {
  photodna: 'photodna',
  pdna: 'photodna',
  netclean: 'netclean',
  videntifier: 'videntifier',
  tmkpdqf: 'tmk-pdqf',
  videotmk: 'tmk-pdqf',
  vpdq: 'vpdq',
  videopdq: 'vpdq',
  ssvhpdna: 'ssvh-pdna',
  ssvhsaferhash: 'ssvh-safer-hash',
  sha384: 'sha384',
  sha512: 'sha512',
  crc32: 'crc32',
  ahash: 'ahash',
  whash: 'whash',
  colorhash: 'colorhash',
  neuralhash: 'neuralhash',
};

/**
 * The name of the algorithm that a list means by `text` (`SHA-1`, `ImagePDQ`, `pdq_hash`), whether or not it can be
 * computed; undefined when it is none that we have heard of.
 */
export function canonicalAlgorithm(text: string, algorithms: Algorithms): string | undefined {
  if (Object.hasOwn(algorithms, text)) return text;
  for (const name of namesIn(squeeze(text))) {
    const known = aliases[name] ?? name;
    if (Object.hasOwn(algorithms, known)) return known;
    if (Object.hasOwn(foreign, name)) return foreign[name];
  }
  return undefined;
}

/** A squeezed name, then what is left of it without the words around it, one word less at a time: `phash` ends in one of them. */
export function* namesIn(whole: string): Generator<string> {
  const seen = new Set([whole]);
  for (const name of seen) {
    yield name;
    for (const words of [/^(?:image|img|file|hash)/, /(?:hash|value|hex|digest)$/])
      seen.add(name.replace(words, ''));
  }
}

/** The fields of a row, each with the column names it is recognised by, best first, squeezed to letters and digits. */
export const synonyms = {
  hash: [
    'hash',
    'hex',
    'hashvalue',
    'value',
    'fingerprint',
    'digest',
    'signal',
    'signalvalue',
    'signalstr',
    'indicator',
  ],
  algorithm: ['algorithm', 'algo', 'hashalgorithm', 'hashtype', 'signaltype', 'indicatortype', 'type'],
  id: ['id', 'entryid', 'entry', 'hashid', 'mediaid', 'uuid', 'guid', 'reference', 'ref'],
  category: ['category', 'contentcategory'],
  classification: ['classification', 'class', 'grade', 'rating'],
  classificationScheme: ['classificationscheme', 'scheme'],
  supplier: ['supplier', 'provider', 'source'],
  member: ['member', 'submitter', 'esp'],
  added: ['added', 'addedat', 'created', 'createdat', 'dateadded'],
  updated: ['updated', 'updatedat', 'modified', 'lastmodified', 'dateupdated', 'timestamp'],
  upvotes: ['upvotes'],
  downvotes: ['downvotes'],
  note: ['note', 'notes', 'reason', 'comment'],
  by: ['by', 'who', 'author'],
  until: ['until', 'expires', 'expiry', 'validuntil'],
  quality: ['quality', 'pdqquality', 'hashquality'],
  uri: ['uri'],
  recipe: ['recipe'],
  status: ['status'],
} as const satisfies Record<string, readonly string[]>;

/** Keys under which objects keep a list of entries, or of the hashes of one entry. */
export const recordArrays = [
  'fingerprints',
  'hashes',
  'entries',
  'records',
  'items',
  'results',
  'data',
  'signals',
] as const;

export type Field = keyof typeof synonyms;
export const fields = Object.keys(synonyms) as Field[];

const categoryNames = new Map<string, Category>([
  ...categories.map((name) => [name, name] as const),
  ['childsexualabusematerial', 'csam'],
  ['sexuallyexploitative', 'exploitative'],
]);

/** The category that a list means by `text`; undefined when it is none of ours. */
export const canonicalCategory = (text: string): Category | undefined => categoryNames.get(squeeze(text));

/** True for the grades of the trade (A1…B2, baseline) and of the IWF (A, B, C), which some lists call category. */
export const isGrade = (text: string): boolean => /^(category)?([ab][12]?|c|baseline)$/.test(squeeze(text));
