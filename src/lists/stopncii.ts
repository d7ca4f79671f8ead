import { createHash } from 'node:crypto';
import { objectsOf, readJson, textOf } from './json-document.js';
import type { JsonRecord } from './json-records.js';
import type { ListFormat, ListItem } from './types.js';

const withdrawn = new Set(['withdrawn', 'deleted']);

/**
 * StopNCII's hash records have no id. This makes one for events that does not reveal the hash: 64 bits of a digest of
 * type and hash.
 */
export const stopNciiId = (signalType: string, hash: string): string =>
  createHash('sha256').update(`${signalType}:${hash.toLowerCase()}`).digest('hex').slice(0, 16);

/** Pages of StopNCII's FetchHashes, one after the other. */
export const stopncii: ListFormat = {
  about: 'StopNCII FetchHashes pages (JSON); withdrawn hashes are taken out',
  extensions: [],
  keyed: true,
  detect: (head) => /^\s*[[{]/.test(head) && /"hashRecords"\s*:/.test(head),
  read: (text) => readJson(text, ['hashRecords'], (record) => [readStopNcii(record)]),
};

/** Reads one hash record. */
export function readStopNcii({ line, value }: JsonRecord): ListItem {
  // A page without records is itself an object at the top.
  if (value.hashRecords !== undefined) return { line, problem: 'the page holds no list of records' };
  const type = textOf(value.signalType);
  const hash = textOf(value.hashValue);
  if (type === undefined || hash === undefined) return { line, problem: 'the record holds no hash' };
  if (!isFingerprint(type)) return { line, leftOut: 'no-picture-hash' };
  const id = stopNciiId(type, hash);
  const feedback = objectsOf(value.CSPFeedbacks).map(({ feedbackValue }) => textOf(feedbackValue));
  const seconds = Number(value.lastModtimestamp);
  return {
    line,
    id,
    key: id,
    hashes: [{ algorithm: type, hash }],
    category: 'ncii',
    supplier: 'StopNCII',
    votes: {
      up: feedback.filter((value) => value === 'Blocked').length,
      down: feedback.filter((value) => value === 'NotBlocked').length,
    },
    ...(Number.isFinite(seconds) && seconds > 0 && seconds < 1e11 && { updated: isoOf(seconds) }),
    ...(withdrawn.has((textOf(value.hashStatus) ?? '').toLowerCase()) && { deleted: true }),
  };
}

/** False for types that are no fingerprints: texts, addresses, and what even the supplier calls unknown. */
const isFingerprint = (signalType: string) => !/^(text|url|unknown)$/i.test(signalType);
const isoOf = (seconds: number) => new Date(seconds * 1000).toISOString();
