import { type Category, categories } from '../core/types.js';
import type { Algorithms } from './types.js';

/** Reduces a name to its letters and digits, by which names are compared: `SHA-1`, `sha1` and `Sha 1` are equal. */
export const squeeze = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Names in which suppliers include the size. */
const aliases: Readonly<Record<string, string>> = {
  phash64: 'phash',
  dhash64: 'dhash',
  blockhash16: 'blockhash',
  blockhash256: 'blockhash',
  // The MD5 of a video file is an ordinary MD5.
  videomd5: 'md5',
  vmd5: 'md5',
};

/** Algorithms that lists use and this program does not compute: squeezed name → name in reports. */
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
 * The algorithm that a list means by `text` (`SHA-1`, `ImagePDQ`, `pdq_hash`), whether or not the program computes it;
 * undefined for an unknown one.
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

/**
 * A squeezed name, then the same without the words around it, one word fewer each time: `phash` itself ends in such a
 * word.
 */
export function* namesIn(whole: string): Generator<string> {
  const seen = new Set([whole]);
  for (const name of seen) {
    yield name;
    for (const words of [/^(?:image|img|file|hash)/, /(?:hash|value|hex|digest)$/])
      seen.add(name.replace(words, ''));
  }
}

/**
 * The fields of a row, each with the column names that it is recognised by, best first, squeezed to letters and digits.
 */
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
  listedVideo: ['listedvideo'],
  listedVideoFrames: ['listedvideoframes'],
} as const satisfies Record<string, readonly string[]>;

/** Keys whose value is a list of entries, or of the hashes of one entry. */
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

/** Name of a field of a row. */
export type Field = keyof typeof synonyms;
export const fields = Object.keys(synonyms) as Field[];

const categoryNames = new Map<string, Category>([
  ...categories.map((name) => [name, name] as const),
  ['childsexualabusematerial', 'csam'],
  ['sexuallyexploitative', 'exploitative'],
]);

/** The category that a list means by `text`; undefined where it is none of ours. */
export const canonicalCategory = (text: string): Category | undefined => categoryNames.get(squeeze(text));

/** True for the industry's grades (A1…B2, baseline) and the IWF's (A, B, C), which some lists call category. */
export const isGrade = (text: string): boolean => /^(category)?([ab][12]?|c|baseline)$/.test(squeeze(text));
