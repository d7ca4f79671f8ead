import { crc32 } from 'node:zlib';
import type { Inside } from '../core/index.js';
import type { ByteStore, Unread } from '../core/types.js';
import type { Budget } from './budget.js';
import { type Collected, damaged } from './collect.js';
import { bytesAt } from './zip-bytes.js';
import { deflated, stored, type Unpack } from './zip-data.js';
import type { Doubts } from './zip-doubts.js';
import {
  flags,
  type Header,
  isAt,
  lengths,
  localLength,
  methods,
  parseLocal,
  signatures,
} from './zip-records.js';

/** What all who read one zip file share. */
export interface Reading {
  readonly store: ByteStore;
  readonly budget: Budget;
  readonly doubts: Doubts;
  readonly unpack: Unpack;
  /** Tells members of one name apart. */
  readonly distinct: (name: string) => string;
}

/** Bytes in which most local headers end. */
const shortLocal = 512;

/** The local header there; undefined where there is none, or not all of it. */
export async function localAt(store: ByteStore, at: number): Promise<Header | undefined> {
  let bytes = await bytesAt(store, at, shortLocal);
  if (bytes.length < lengths.local || !isAt(bytes, signatures.local)) return undefined;
  const length = localLength(bytes);
  if (length > bytes.length) bytes = await bytesAt(store, at, length);
  return length > bytes.length ? undefined : parseLocal(bytes);
}

/** Whether a local header leaves the sizes to the descriptor behind the bytes. */
export const isOpen = (local: Header): boolean =>
  (local.flags & flags.sizesFollow) !== 0 && local.packed === 0;

/** How a member's bytes are to be read by one of its headers. */
export interface Claim {
  readonly method: number;
  readonly isLocked: boolean;
  readonly from: number;
  readonly until: number;
}

/** The claim that a header makes about `packed` bytes that begin at `from`. */
export const claimOf = ({ method, flags: bits }: Header, from: number, packed: number): Claim => ({
  method,
  isLocked: (bits & (flags.encrypted | flags.strong)) !== 0 || method === 99,
  from,
  until: from + packed,
});

/** Why bytes cannot be had that are packed so; undefined where they can. */
function unreadable({ method, isLocked }: Claim): Unread | undefined {
  if (isLocked) return skipped('encrypted', 'it cannot be read without its password');
  if (method !== stored && method !== deflated)
    return skipped('unsupported-format', `packed by ${methods[method] ?? `method ${method}`}`);
  return undefined;
}

/** What was read of a member, and how many packed bytes that took; undefined where nothing was read. */
export interface Read extends Collected {
  readonly used?: number;
}

/** Reads a member as a header claims it to be. Raises StageError('decode', 'archive-limit'). */
export async function readClaim(claim: Claim, { unpack }: Reading): Promise<Read> {
  const unread = unreadable(claim);
  return unread ? { unread } : unpack(claim);
}

/** Whether bytes are what a header says. */
export const isRight = (bytes: Uint8Array, { crc, size }: Pick<Header, 'crc' | 'size'>): boolean =>
  bytes.length === size && crc32(bytes) === crc;

/** What was read, as a member; what an unpacker shows with a warning is looked at, too. */
export function checked(
  { bytes, unread }: Read,
  said: Pick<Header, 'crc' | 'size'>,
): Pick<Inside, 'bytes' | 'unread'> {
  if (unread || isRight(bytes!, said)) return { ...(bytes && { bytes }), ...(unread && { unread }) };
  return { bytes: bytes!, unread: damaged('the member is not what its checksum and size say') };
}

/** The name of a member as text; a label of this many characters at most. */
export async function nameOfMember({ flags: bits, rawName, extra }: Header, longest = 4096): Promise<string> {
  const { getFileNameLowLevel } = await import('yauzl');
  const fields = extra.map(({ id, data }) => ({ id, data }));
  return getFileNameLowLevel(bits, Buffer.from(rawName, 'latin1'), fields, true).slice(0, longest);
}

/** Whether a name is that of a directory. */
export const isDirectoryName = (name: string): boolean => /[\\/]$/.test(name);

const skipped = (reason: string, message: string): Unread => ({ kind: 'skipped', reason, message });
