import { crc32 } from 'node:zlib';
import type { Inside } from '../core/index.js';
import { damaged } from './collect.js';
import { bytesAt, find, placesOf } from './zip-bytes.js';
import { deflated, stored } from './zip-data.js';
import {
  type Claim,
  checked,
  claimOf,
  isDirectoryName,
  isOpen,
  isRight,
  localAt,
  nameOfMember,
  type Reading,
  readClaim,
} from './zip-member.js';
import {
  descriptorLength,
  type Header,
  isCredibleLocal,
  isPossibleLocal,
  longestDescriptor,
  signatures,
} from './zip-records.js';

/** The most characters of such a member's name. Headers that overlap could repeat one long name many times. */
const longestName = 255;

/** Bytes of a zip file that no directory accounts for. */
export interface Stretch {
  /** The first byte, counted from the beginning of the store. */
  readonly from: number;
  /** The first byte behind the stretch. */
  readonly to: number;
  /** True if another file stands there, before the zip file. Chance may put the signature of a header into it. */
  readonly isForeign: boolean;
}

/**
 * Yields the members whose local headers begin in a stretch, and which no directory names. Notes a doubt for each.
 * Raises StageError('decode', 'archive-limit').
 */
export async function* walkLocals(
  { from, to, isForeign }: Stretch,
  reading: Reading,
): AsyncGenerator<Inside> {
  const { store, budget, doubts, distinct } = reading;
  const accepts = isForeign ? (bytes: Buffer) => isCredibleLocal(bytes, store.size) : isPossibleLocal;
  const places = placesOf(store, signatures.local, { from, to, budget, accepts });
  for (let place = await places.next(); !place.done; ) {
    budget.member();
    const at = place.value;
    const local = await localAt(store, at);
    let next = at + 4;
    if (local) {
      const { isSound, end, ...got } = await readUnnamed(local, { at, to }, reading);
      if (isSound) next = end;
      const name = await nameOfMember(local, longestName);
      const isFolder = isDirectoryName(name) && !got.unread && got.bytes?.length === 0;
      if (!isFolder && (isSound || !isForeign)) {
        doubts.note(`no directory names the member at byte ${at}`);
        yield { member: distinct(name), ...got };
      }
    }
    place = await places.next(next);
  }
}

interface Unnamed extends Pick<Inside, 'bytes' | 'unread'> {
  /** True if the member is what its header says. The walk then goes on behind it, and not within it. */
  readonly isSound: boolean;
  readonly end: number;
}

async function readUnnamed(
  local: Header,
  { at, to }: { readonly at: number; readonly to: number },
  reading: Reading,
): Promise<Unnamed> {
  const { store } = reading;
  const from = at + local.length;
  const claim = claimOf(local, from, local.packed);
  if (isOpen(local) && !claim.isLocked) {
    if (claim.method === deflated) return readToItsEnd({ ...claim, until: store.size }, reading);
    if (claim.method === stored) return readToNext({ ...claim, until: Math.max(from, to) }, reading);
  }
  const read = await readClaim(claim, reading);
  const isRead = read.used !== undefined;
  const isSound = isRead ? !read.unread && isRight(read.bytes!, local) : claim.until <= store.size;
  return { ...checked(read, local), isSound, end: claim.until };
}

/** Reads a deflated member to the end of its stream, and passes over the data descriptor behind it. */
async function readToItsEnd(claim: Claim, reading: Reading): Promise<Unnamed> {
  const { used, ...read } = await readClaim(claim, reading);
  if (read.unread) return { ...read, isSound: false, end: claim.from };
  const said = { crc: crc32(read.bytes!), packed: used!, size: read.bytes!.length };
  const end = claim.from + used!;
  const behind = await bytesAt(reading.store, end, longestDescriptor);
  return { ...read, isSound: true, end: end + descriptorLength(behind, said) };
}

/** Reads a stored member up to its data descriptor, or else up to the next record of the archive. */
async function readToNext(claim: Claim, reading: Reading): Promise<Unnamed> {
  const { store, budget } = reading;
  let until = claim.until;
  for (const signature of [signatures.local, signatures.entry, signatures.end])
    until = (await find(store, signature, { from: claim.from, to: until, budget })) ?? until;
  for await (const at of placesOf(store, signatures.descriptor, { from: claim.from, to: until, budget })) {
    const descriptor = await bytesAt(store, at, longestDescriptor);
    if (descriptor.length < 12 || descriptor.readUInt32LE(8) !== at - claim.from) continue;
    const read = await readClaim({ ...claim, until: at }, reading);
    const said = read.bytes && { crc: crc32(read.bytes), packed: at - claim.from, size: at - claim.from };
    const length = said ? descriptorLength(descriptor, said) : 0;
    if (length > 0) return { ...read, isSound: true, end: at + length };
  }
  const { used: _, ...read } = await readClaim({ ...claim, until }, reading);
  const unread = read.unread ?? damaged('nothing says where the member ends');
  return { ...read, unread, isSound: false, end: until };
}
