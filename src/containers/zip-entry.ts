import { crc32 } from 'node:zlib';
import type { Inside } from '../core/index.js';
import { damaged } from './collect.js';
import { bytesAt } from './zip-bytes.js';
import { deflated, stored } from './zip-data.js';
import type { Entry } from './zip-directory.js';
import type { Doubts } from './zip-doubts.js';
import {
  type Claim,
  checked,
  claimOf,
  isDirectoryName,
  isOpen,
  localAt,
  nameOfMember,
  type Read,
  type Reading,
  readClaim,
} from './zip-member.js';
import { inHeader, noteStrays } from './zip-notes.js';
import { decisiveFlags, descriptorLength, flags, type Header, longestDescriptor } from './zip-records.js';

/** Where a member ends; bytes from the beginning of the store. */
export interface Extent {
  /** The first byte behind the member and its data descriptor. */
  readonly end: number;
  /** From here to `end`, other members may lie. Absent if the headers and the bytes agree. */
  readonly doubtfulFrom?: number;
}

/**
 * Reads a member that a directory names. Some programs trust the header in the directory, others the local header
 * before the bytes. If the two describe the bytes differently, this function yields what each of them describes.
 * Returns where the member ends. Raises StageError('decode', 'archive-limit').
 */
export async function* readEntry(entry: Entry, reading: Reading): AsyncGenerator<Inside, Extent> {
  const { store, budget, doubts, distinct } = reading;
  budget.member();
  const name = await nameOfMember(entry);
  const local = await localAt(store, entry.at);
  if (!local) {
    doubts.note(`the directory names a member at byte ${entry.at}, where none begins`);
    yield { member: distinct(name), unread: damaged('the member is not where the archive says') };
    return { end: entry.at };
  }
  noteStrays(entry, entry.at, reading);
  noteStrays(local, entry.at, reading);
  yield* inHeader(entry, local, reading);
  const differs = compareHeaders(entry, local, doubts);
  const from = entry.at + local.length;
  const { packed, end } = await endOfBytes(entry, local, from, reading);
  const claims = [claimOf(entry, from, packed), claimOf(local, from, isOpen(local) ? packed : local.packed)];
  let doubtfulFrom = differs ? from : undefined;
  for (const [i, claim] of (isSameClaim(claims[0]!, claims[1]!) ? [claims[0]!] : claims).entries()) {
    const read = await readOn(claim, local, reading);
    const rest = restOf(read, claim);
    if (rest !== undefined) {
      doubts.note(`the bytes of the member at byte ${entry.at} do not end where its headers say`);
      doubtfulFrom = Math.min(doubtfulFrom ?? rest, rest);
    }
    const early = earlyEnd(read, claim, local);
    if (early !== undefined) doubtfulFrom = Math.min(doubtfulFrom ?? claim.from + early, claim.from + early);
    const isFolder = isDirectoryName(name) && entry.size === 0 && read.bytes?.length === 0 && !read.unread;
    if (!isFolder)
      yield { member: distinct(name), ...checked(read, i === 0 || isOpen(local) ? entry : local) };
    if (early) yield asStream(name, read.bytes!.subarray(0, early), reading);
  }
  return { end, ...(doubtfulFrom !== undefined && { doubtfulFrom }) };
}

const isSameClaim = (a: Claim, b: Claim) =>
  a.method === b.method && a.isLocked === b.isLocked && a.until === b.until;

/** Notes where the two headers differ. True if they differ in how to read the bytes. */
function compareHeaders(entry: Entry, local: Header, doubts: Doubts): boolean {
  const mayBeZero = (local.flags & flags.sizesFollow) !== 0;
  const isSame = (field: 'crc' | 'packed' | 'size') =>
    local[field] === entry[field] || (mayBeZero && local[field] === 0);
  const differs = [
    ['method', local.method !== entry.method],
    ['encryption', ((local.flags ^ entry.flags) & decisiveFlags) !== 0],
    ['packed size', !isSame('packed')],
    ['size', !isSame('size')],
    ['checksum', !isSame('crc')],
    ['name', local.rawName !== entry.rawName],
  ].filter(([, is]) => is);
  const fields = differs.map(([field]) => field).join(', ');
  if (fields) doubts.note(`the two headers of the member at byte ${entry.at} differ: ${fields}`);
  if (entry.isAmbiguous || local.isAmbiguous)
    doubts.note(`a header of the member at byte ${entry.at} has two zip64 fields`);
  if (entry.disk !== 0 && entry.disk !== 0xffff)
    doubts.note(`the member at byte ${entry.at} is said to be on another disk`);
  return (
    differs.some(([field]) => field !== 'checksum' && field !== 'name') ||
    entry.isAmbiguous ||
    local.isAmbiguous
  );
}

/**
 * How many packed bytes the member has, and where it ends with its data descriptor. A writer without zip64 keeps the
 * low 32 bits of a size: the function tries the sizes that are larger by a multiple of 4 GB.
 */
async function endOfBytes(entry: Entry, local: Header, from: number, { store, doubts }: Reading) {
  const plain = { packed: entry.packed, end: from + entry.packed };
  if (((entry.flags | local.flags) & flags.sizesFollow) === 0) return plain;
  for (let packed = entry.packed; from + packed < store.size; packed += 2 ** 32) {
    const length = descriptorLength(await bytesAt(store, from + packed, longestDescriptor), entry);
    if (length > 0) return { packed, end: from + packed + length };
  }
  if ((local.flags & flags.sizesFollow) !== 0)
    doubts.note(`the member at byte ${entry.at} lacks its data descriptor`);
  return plain;
}

/**
 * Reads a claim. If a deflated stream goes on behind the end that the claim names, and the local header leaves the
 * sizes to the descriptor, the function reads the stream to its own end.
 */
async function readOn(claim: Claim, local: Header, reading: Reading): Promise<Read> {
  const read = await readClaim(claim, reading);
  const isShort = read.unread && read.used === claim.until - claim.from && claim.method === deflated;
  if (!isShort || !isOpen(local)) return read;
  const longer = await readClaim({ ...claim, until: reading.store.size }, reading);
  return longer.unread ? read : longer;
}

/** The member as a program takes it out that reads the file as a stream, without the directory. */
function asStream(name: string, bytes: Uint8Array, { budget, distinct }: Reading): Inside {
  budget.member();
  budget.spend(bytes.length);
  return { member: distinct(name), bytes };
}

/**
 * Where a deflated stream ends within the extent of its member, so that the bytes behind may not be the member's own.
 * Undefined if all bytes are.
 */
function restOf({ unread, used }: Read, claim: Claim): number | undefined {
  if (unread || used === undefined || claim.method !== deflated) return undefined;
  const length = claim.until - claim.from;
  return used === length ? undefined : claim.from + Math.min(used, length);
}

/**
 * How many bytes of a stored member stand before the first data descriptor in it that fits them; undefined if none
 * does. A program that reads the file as a stream ends the member there. An honest file may hold such bytes by chance,
 * and is not damaged by them: the caller looks at both readings. Members behind that end are in doubt.
 */
function earlyEnd({ bytes, unread }: Read, claim: Claim, local: Header): number | undefined {
  if (unread || !bytes || claim.method !== stored || !isOpen(local)) return undefined;
  return earlyDescriptor(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}

/**
 * Where in stored bytes the first data descriptor stands that fits the bytes before it; undefined if none does. Pure.
 */
function earlyDescriptor(bytes: Buffer): number | undefined {
  let crc = 0;
  let done = 0;
  for (let at = bytes.indexOf('PK\x07\x08'); at >= 0; at = bytes.indexOf('PK\x07\x08', at + 4)) {
    crc = crc32(bytes.subarray(done, at), crc);
    done = at;
    if (descriptorLength(bytes.subarray(at, at + longestDescriptor), { crc, packed: at, size: at }) > 0)
      return at;
  }
  return undefined;
}
