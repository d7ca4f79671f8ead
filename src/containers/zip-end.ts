import type { ByteStore } from '../core/types.js';
import { bytesAt } from './zip-bytes.js';
import type { Doubts } from './zip-doubts.js';
import { isAt, isSame32, lengths, signatures, u64 } from './zip-records.js';

/**
 * Bytes at the end of the file that are searched for end records: the longest comment, as many bytes behind it that
 * some programs tolerate, and the record itself.
 */
const searched = 2 * 0xffff + lengths.end;
/** The most end records that are looked at, counted from the last one backwards. */
const mostEnds = 32;

/** What an end record says, with the zip64 records that stand before it. */
export interface End {
  /** The number of entries in the directory. */
  readonly count: number;
  /** Bytes of the directory. */
  readonly size: number;
  /** Where the directory begins; bytes from the beginning of the zip file. */
  readonly offset: number;
  /** True if a zip64 record gave these numbers. */
  readonly hasZip64: boolean;
  /** Where the zip64 record begins, or the end record if there is no zip64 record. */
  readonly at: number;
  /** Where the end record itself begins. */
  readonly record: number;
  /** Where the end record ends, with its comment. */
  readonly end: number;
}

/** The places of the end records near the end of the file, the last one first. */
export async function endRecords(store: ByteStore): Promise<number[]> {
  const from = Math.max(0, store.size - searched);
  const tail = await bytesAt(store, from, searched);
  const found: number[] = [];
  let at = tail.lastIndexOf(signatures.end, tail.length - lengths.end, 'latin1');
  while (at >= 0 && tail.length >= lengths.end && found.length < mostEnds) {
    found.push(from + at);
    at = at === 0 ? -1 : tail.lastIndexOf(signatures.end, at - 1, 'latin1');
  }
  return found;
}

/** Reads the end record at `record` (APPNOTE 4.3.16), and notes its contradictions in `doubts`. */
export async function readEnd(store: ByteStore, record: number, doubts: Doubts): Promise<End> {
  const bytes = await bytesAt(store, record, lengths.end);
  const plain = {
    disk: bytes.readUInt16LE(4),
    directoryDisk: bytes.readUInt16LE(6),
    countHere: bytes.readUInt16LE(8),
    count: bytes.readUInt16LE(10),
    size: bytes.readUInt32LE(12),
    offset: bytes.readUInt32LE(16),
  };
  const wide = await readZip64(store, record, doubts);
  for (const name of wide
    ? (['disk', 'directoryDisk', 'countHere', 'count', 'size', 'offset'] as const)
    : []) {
    const isLong = name === 'size' || name === 'offset';
    if (plain[name] !== wide![name] && plain[name] !== (isLong ? 0xffffffff : 0xffff))
      doubts.note(`the end record at byte ${record} and its zip64 record differ`);
  }
  const { disk, directoryDisk, countHere, count, size, offset } = wide ?? plain;
  if (disk !== 0 || directoryDisk !== 0 || countHere !== count)
    doubts.note(`the end record at byte ${record} speaks of several disks`);
  const end = record + lengths.end + bytes.readUInt16LE(20);
  if (end > store.size) doubts.note('the file ends within its comment');
  return {
    ...{ count, size, offset, hasZip64: wide !== undefined, at: wide?.at ?? record },
    ...{ record, end: await endOfComment(store, record + lengths.end, Math.min(end, store.size)) },
  };
}

/** Where a comment ends. A comment that holds signatures of records counts as empty: it ends where it begins. */
async function endOfComment(store: ByteStore, from: number, to: number): Promise<number> {
  const comment = await bytesAt(store, from, to - from);
  const { local, entry, end } = signatures;
  return [local, entry, end].some((signature) => comment.includes(signature, 0, 'latin1')) ? from : to;
}

/**
 * Reads the zip64 records before an end record (APPNOTE 4.3.14, 4.3.15); undefined if there is no locator or record.
 */
async function readZip64(store: ByteStore, record: number, doubts: Doubts) {
  const place = record - lengths.locator;
  const locator = await bytesAt(store, place, lengths.locator);
  if (!isAt(locator, signatures.locator)) return undefined;
  const said = u64(locator, 8);
  for (const at of [said, place - lengths.end64]) {
    const bytes = await bytesAt(store, at, lengths.end64);
    if (bytes.length < lengths.end64 || !isAt(bytes, signatures.end64)) continue;
    if (
      at !== said ||
      at + 12 + u64(bytes, 4) !== place ||
      locator.readUInt32LE(4) !== 0 ||
      locator.readUInt32LE(16) > 1
    )
      doubts.note(`the zip64 records before byte ${record} are not where they say`);
    return {
      at,
      disk: bytes.readUInt32LE(16),
      directoryDisk: bytes.readUInt32LE(20),
      countHere: u64(bytes, 24),
      count: u64(bytes, 32),
      size: u64(bytes, 40),
      offset: u64(bytes, 48),
    };
  }
  doubts.note(`the zip64 record before byte ${record} is missing`);
  return undefined;
}

/**
 * Whether the number in an end record (`said`) fits the number that the reader found. Writers without zip64 keep only
 * the low 16 or 32 bits (`bits`).
 */
export const isNumber = (
  said: number,
  found: number,
  { hasZip64 }: Pick<End, 'hasZip64'>,
  bits: 16 | 32,
): boolean =>
  said === found || (!hasZip64 && (bits === 32 ? isSame32(said, found) : said === found % 2 ** 16));
