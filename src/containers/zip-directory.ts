import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';
import { bytesAt, createPieces } from './zip-bytes.js';
import type { Doubts } from './zip-doubts.js';
import { type End, endRecords, isNumber, readEnd } from './zip-end.js';
import { type DirectoryHeader, entryLength, isAt, lengths, parseEntry, signatures } from './zip-records.js';

/** The most bytes of directories that are read from one zip file. The reader keeps all of them in memory. */
const mostDirectoryBytes = 64e6;

/** A member that a directory names. */
export interface Entry extends DirectoryHeader {
  /** Where its local header should begin; bytes from the beginning of the store. */
  readonly at: number;
}

/** The place of a record of the archive itself, counted in bytes from the beginning of the store. */
export interface Span {
  /** Its first byte. */
  readonly at: number;
  /** The first byte behind it. */
  readonly end: number;
}

/** What the directories of a zip file say. */
export interface Directory {
  /** The members that the directories name. */
  readonly entries: readonly Entry[];
  /** The directories themselves, and the end records. */
  readonly records: readonly Span[];
  /** True if the reader stopped because the directories are too large for memory. */
  readonly isCut: boolean;
}

/**
 * Reads the directories that the end records of a zip file lead to. Most programs use the last end record. If no
 * directory ends at it, this reader also tries the end records before it. Memory is bounded, and so are the bytes that
 * it reads.
 */
export async function readDirectory(store: ByteStore, budget: Budget, doubts: Doubts): Promise<Directory> {
  const reader = createChains(store, budget);
  const entries: Entry[] = [];
  const records: Span[] = [];
  const ends = await endRecords(store);
  if (ends.length === 0) doubts.note('it has no end record');
  for (const record of ends) {
    const end = await readEnd(store, record, doubts);
    const chain = await chainOf(store, end, reader);
    const isFound = chain.headers.length > 0 ? await isEndOf(store, chain, end) : record === 0;
    if (isFound) compare(chain, end, doubts);
    else doubts.note(`the end record at byte ${record} does not lead to a directory`);
    for await (const entry of placed(store, chain, end)) entries.push(entry);
    if (chain.headers.length > 0) records.push({ at: chain.at, end: chain.end });
    if (end.at < record) records.push({ at: end.at, end: record });
    records.push({ at: record, end: end.end });
    if (isFound) break;
  }
  return { entries, records, isCut: reader.isCut() };
}

/** Headers of a directory, one behind the other. */
interface Chain extends Span {
  readonly headers: readonly DirectoryHeader[];
}

/** Makes a reader of directories. It reads each header of the file once, even if several end records lead to it. */
function createChains(store: ByteStore, budget: Budget) {
  const seen = new Set<number>();
  let bytesRead = 0;
  const isCut = () => bytesRead > mostDirectoryBytes;
  const isFull = () => seen.size > budget.limits.maxMembers || isCut();
  async function read(from: number): Promise<Chain> {
    const piece = createPieces(store);
    const headers: DirectoryHeader[] = [];
    let at = from;
    while (!seen.has(at) && !isFull()) {
      const fixed = await piece(at, lengths.entry);
      if (fixed.length < lengths.entry || !isAt(fixed, signatures.entry)) break;
      const length = entryLength(fixed);
      const bytes = await piece(at, length);
      if (bytes.length < length) break;
      headers.push(parseEntry(bytes));
      seen.add(at);
      bytesRead += length;
      at += length;
      if (headers.length % 1000 === 0) budget.checkTime();
    }
    return { headers, at: from, end: at };
  }
  return { read, isCut };
}

/** The directory that an end record leads to: by the size that it says, or else by the offset. */
async function chainOf(
  store: ByteStore,
  end: End,
  { read }: ReturnType<typeof createChains>,
): Promise<Chain> {
  for (const at of [end.at - end.size, end.offset]) {
    if (at < 0 || !isAt(await bytesAt(store, at, 4), signatures.entry)) continue;
    const chain = await read(at);
    if (chain.headers.length > 0) return chain;
  }
  return { headers: [], at: end.at, end: end.at };
}

/** Whether the directory ends where the end record begins; a signature may stand between (APPNOTE 4.3.13). */
const isEndOf = async (store: ByteStore, chain: Chain, { at }: End): Promise<boolean> =>
  chain.end === at || isAt(await bytesAt(store, chain.end, 4), signatures.digitalSignature);

function compare({ headers, at, end: chainEnd }: Chain, end: End, doubts: Doubts): void {
  if (!isNumber(end.count, headers.length, end, 16))
    doubts.note(`the directory has ${headers.length} entries, and ${end.count} by its end record`);
  if (end.size !== chainEnd - at && end.size !== end.at - at)
    doubts.note(`the directory has ${chainEnd - at} bytes, and ${end.size} by its end record`);
  if (!isNumber(end.offset, at, end, 32))
    doubts.note(`the directory begins at byte ${at}, and at ${end.offset} by its end record`);
}

/** Yields the headers of a directory, each with the place of its local header in the store. */
async function* placed(store: ByteStore, { headers, at }: Chain, end: End): AsyncGenerator<Entry> {
  const first = headers[0];
  if (!first) return;
  const isLocal = async (place: number) => isAt(await bytesAt(store, place, 4), signatures.local);
  const moved = isNumber(end.offset, at, end, 32) ? 0 : at - end.offset;
  const base = moved !== 0 && (await isLocal(first.offset + moved)) ? moved : 0;
  // Writers without zip64 keep the low 32 bits of an offset, and write their members in order.
  const isLarge = store.size > 2 ** 32 && !end.hasZip64;
  let last = 0;
  for (const header of headers) {
    let place = header.offset + base;
    while (isLarge && place < store.size && (place < last || !(await isLocal(place)))) place += 2 ** 32;
    if (place >= store.size) place = header.offset + base;
    last = place;
    yield { ...header, at: place };
  }
}
