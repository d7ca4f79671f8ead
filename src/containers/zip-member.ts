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

/** What all functions share that read one zip file. */
export interface Reading {
  /** The bytes of the zip file. */
  readonly store: ByteStore;
  /** Pays for members, bytes and time. */
  readonly budget: Budget;
  /** Collects where the zip file contradicts itself. */
  readonly doubts: Doubts;
  /** Unpacks the bytes of a member. */
  readonly unpack: Unpack;
  /** Gives each member a name of its own, as `distinctNames` does. */
  readonly distinct: (name: string) => string;
}

/** Bytes of the first reading; most local headers are shorter. */
const shortLocal = 512;

/** Reads the local header at `at`; undefined if none begins there, or if the file ends within it. */
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

/** What one header of a member says about its bytes. */
export interface Claim {
  /** The number of the method that packed them (APPNOTE 4.4.5). */
  readonly method: number;
  /** True if they are encrypted. */
  readonly isLocked: boolean;
  /** Where they begin; bytes from the beginning of the store. */
  readonly from: number;
  /** The first byte behind them. */
  readonly until: number;
}

/** The claim that a header makes about `packed` bytes that begin at `from`. */
export const claimOf = ({ method, flags: bits }: Header, from: number, packed: number): Claim => ({
  method,
  isLocked: (bits & (flags.encrypted | flags.strong)) !== 0 || method === 99,
  from,
  until: from + packed,
});

/** Why the reader cannot unpack these bytes; undefined if it can. */
function unreadable({ method, isLocked }: Claim): Unread | undefined {
  if (isLocked) return skipped('encrypted', 'it cannot be read without its password');
  if (method !== stored && method !== deflated)
    return skipped('unsupported-format', `packed by ${methods[method] ?? `method ${method}`}`);
  return undefined;
}

/** What a reader got of a member. */
export interface Read extends Collected {
  /** How many packed bytes it took; absent if it read none. */
  readonly used?: number;
}

/** Reads a member as the claim of one header describes it. Raises StageError('decode', 'archive-limit'). */
export async function readClaim(claim: Claim, { unpack }: Reading): Promise<Read> {
  const unread = unreadable(claim);
  return unread ? { unread } : unpack(claim);
}

/** Whether bytes have the size and the checksum (CRC-32) that a header says. */
export const isRight = (bytes: Uint8Array, { crc, size }: Pick<Header, 'crc' | 'size'>): boolean =>
  bytes.length === size && crc32(bytes) === crc;

/**
 * Checks the bytes of a member against the size and checksum of a header. Bytes that differ come with `unread`
 * (`archive-damaged`): other programs show them with a warning, so that hashsieve looks at them too.
 */
export function checked(
  { bytes, unread }: Read,
  said: Pick<Header, 'crc' | 'size'>,
): Pick<Inside, 'bytes' | 'unread'> {
  if (unread || isRight(bytes!, said)) return { ...(bytes && { bytes }), ...(unread && { unread }) };
  return { bytes: bytes!, unread: damaged('the member is not what its checksum and size say') };
}

/** The name of a member as text, cut after `longest` characters. */
export async function nameOfMember({ flags: bits, rawName, extra }: Header, longest = 4096): Promise<string> {
  const { getFileNameLowLevel } = await import('yauzl');
  const fields = extra.map(({ id, data }) => ({ id, data }));
  return getFileNameLowLevel(bits, Buffer.from(rawName, 'latin1'), fields, true).slice(0, longest);
}

/** Whether a name is that of a directory: it ends in a slash or a backslash. */
export const isDirectoryName = (name: string): boolean => /[\\/]$/.test(name);

const skipped = (reason: string, message: string): Unread => ({ kind: 'skipped', reason, message });
