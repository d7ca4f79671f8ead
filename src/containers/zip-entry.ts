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

/** Where a member's bytes end, with their descriptor, and from where on they may hold others that are not its own. */
export interface Extent {
  readonly end: number;
  readonly doubtfulFrom?: number;
}

/**
 * A member that a directory names, by its header there and, where that says something else of the bytes, by its local header
 * as well: some readers go by the one, some by the other.
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
    const rest = restOf(read, claim, local);
    if (rest !== undefined) {
      doubts.note(`the bytes of the member at byte ${entry.at} do not end where its headers say`);
      doubtfulFrom = Math.min(doubtfulFrom ?? rest, rest);
    }
    const isFolder = isDirectoryName(name) && entry.size === 0 && read.bytes?.length === 0 && !read.unread;
    if (!isFolder)
      yield { member: distinct(name), ...checked(read, i === 0 || isOpen(local) ? entry : local) };
  }
  return { end, ...(doubtfulFrom !== undefined && { doubtfulFrom }) };
}

const isSameClaim = (a: Claim, b: Claim) =>
  a.method === b.method && a.isLocked === b.isLocked && a.until === b.until;

/** Notes what two headers say differently; true where that is how to read the bytes. */
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

/** Bytes of the member, and where it ends with its descriptor. Without zip64, sizes may have lost what is beyond 4 GB. */
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

/** Reads a claim, and past where it says that the bytes end where the bytes themselves are to say that. */
async function readOn(claim: Claim, local: Header, reading: Reading): Promise<Read> {
  const read = await readClaim(claim, reading);
  const isShort = read.unread && read.used === claim.until - claim.from && claim.method === deflated;
  if (!isShort || !isOpen(local)) return read;
  const longer = await readClaim({ ...claim, until: reading.store.size }, reading);
  return longer.unread ? read : longer;
}

/**
 * From where on bytes that belong to a member are not its own: those behind the end of a deflated stream, and behind what a
 * reader that goes from one header to the next takes for the end of stored bytes. Undefined where all are its own.
 */
function restOf({ bytes, unread, used }: Read, claim: Claim, local: Header): number | undefined {
  if (unread || used === undefined) return undefined;
  const length = claim.until - claim.from;
  if (claim.method === deflated) return used === length ? undefined : claim.from + Math.min(used, length);
  if (claim.method !== stored || !isOpen(local)) return undefined;
  const early = earlyDescriptor(Buffer.from(bytes!.buffer, bytes!.byteOffset, bytes!.length));
  return early === undefined ? undefined : claim.from + early;
}

/** Where within stored bytes a descriptor stands that fits what is before it. Pure. */
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
