import { createRequire } from 'node:module';
import type * as CsvStringify from 'csv-stringify/sync';
import { toHex } from '../core/index.js';
import { minimumQuality } from './judge.js';
import type { ReadEntry } from './read.js';

/** Loaded when the first row is written: most runs write none. */
const stringify: typeof CsvStringify.stringify = (...args) =>
  (createRequire(import.meta.url)('csv-stringify/sync') as typeof CsvStringify).stringify(...args);

/** One entry as a list file holds it, with the keys that the jsonl and csv formats read. */
export interface EntryRecord {
  readonly id: string;
  readonly category: string;
  readonly [field: string]: string | number;
}

/** Everything in an entry but its hashes. */
export function labelsOf({ id, line, labels, row }: ReadEntry): EntryRecord {
  const { category, classification, classificationScheme, supplier, member } = labels;
  const { added, updated, votes, note, by, until, listedVideo, listedVideoFrames } = row;
  const all = {
    id: id ?? `line-${line}`,
    category,
    classification,
    classificationScheme,
    supplier,
    member,
    added,
    updated,
    upvotes: votes?.up || undefined,
    downvotes: votes?.down || undefined,
    note,
    by,
    until,
    listedVideo,
    listedVideoFrames,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as EntryRecord;
}

/** One entry as a line of JSON, or several lines where it has several hashes of one algorithm. */
export function jsonLines(entry: ReadEntry): string {
  const labels = labelsOf(entry);
  const rest = [...entry.hashes];
  let text = '';
  while (rest.length > 0) {
    const record: Record<string, string | number> = { ...labels };
    for (let at = 0; at < rest.length; ) {
      const { algorithm, bytes } = rest[at]!;
      if (Object.hasOwn(record, algorithm)) at++;
      else {
        record[algorithm] = toHex(bytes);
        rest.splice(at, 1);
      }
    }
    text += `${JSON.stringify(record)}\n`;
  }
  return text;
}

const columns = [
  'id',
  'algorithm',
  'hash',
  'category',
  'classification',
  'classificationScheme',
  'supplier',
  'member',
  'added',
  'updated',
  'upvotes',
  'downvotes',
  'note',
  'by',
  'until',
  'listedVideo',
  'listedVideoFrames',
];

/** A format in which lists are written. */
export interface ListWriter {
  readonly about: string;
  readonly begin: string;
  /** The algorithms that it can express; absent where it can express all. */
  readonly algorithms?: readonly string[];
  /** The text of one entry, hash by hash. */
  entry(entry: ReadEntry): string;
}

/** ThreatExchange's signal types for our algorithms. Its MD5 type is that of videos. */
const signalTypes: Readonly<Record<string, string>> = { pdq: 'pdq', md5: 'video_md5' };

/**
 * A policy event. Its key is the hash, by custom. Where the list does not say the quality, it is the least that any
 * fingerprint has.
 */
function policyEvent(hash: string, { row, labels: { category } }: ReadEntry): string {
  const pdq = { hash, quality: row.quality ?? `${minimumQuality}` };
  const content = { 'm.pdqhash': pdq, reason: category };
  return `${JSON.stringify({ type: 'm.policy.media_hash', state_key: hash, content })}\n`;
}

/**
 * A table for others to use: where each hash comes from, and what its makers agree to. Leaves out the notes, which may
 * name people.
 */
export function publishedTable(consent: string): ListWriter {
  const names = ['id', 'algorithm', 'hash', 'category', 'added', 'by', 'consent'];
  return {
    about: 'a table with provenance and consent',
    begin: `${names.join(',')}\n`,
    entry: (entry) =>
      stringify(
        entry.hashes.map(({ algorithm, bytes }) => ({
          ...labelsOf(entry),
          algorithm,
          hash: toHex(bytes),
          consent,
        })),
        { columns: names, escape_formulas: true },
      ),
  };
}

/** The formats of `list export --format`. The reader of the same format reads each back. */
export const listWriters = {
  jsonl: { about: 'one entry a line with everything known of it', begin: '', entry: jsonLines },
  csv: {
    about: 'one hash a row; a cell that a spreadsheet would run as a formula gets a quote in front',
    begin: `${columns.join(',')}\n`,
    entry: (entry) =>
      stringify(
        entry.hashes.map(({ algorithm, bytes }) => ({ ...labelsOf(entry), algorithm, hash: toHex(bytes) })),
        { columns, escape_formulas: true },
      ),
  },
  hex: {
    about: 'algorithm and hash, nothing else',
    begin: '',
    entry: ({ hashes }) => hashes.map(({ algorithm, bytes }) => `${algorithm} ${toHex(bytes)}\n`).join(''),
  },
  threatexchange: {
    about: 'signal type and signal, as the local files of ThreatExchange tools: PDQ and MD5 only',
    begin: '',
    algorithms: Object.keys(signalTypes),
    entry: ({ hashes }) =>
      hashes.map(({ algorithm, bytes }) => `${signalTypes[algorithm]} ${toHex(bytes)}\n`).join(''),
  },
  matrix: {
    about: 'Matrix policy events (MSC4113), one a line, without the fields that a server adds: PDQ only',
    begin: '',
    algorithms: ['pdq'],
    entry: (entry) => entry.hashes.map(({ bytes }) => policyEvent(toHex(bytes), entry)).join(''),
  },
} satisfies Record<string, ListWriter>;
/** Name of a format in `listWriters`. */
export type ListWriterName = keyof typeof listWriters;
