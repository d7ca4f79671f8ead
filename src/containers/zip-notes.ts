import type { Inside } from '../core/index.js';
import { carve } from './carve/carve.js';
import { holdsText } from './carve/rest.js';
import type { Entry, Span } from './zip-directory.js';
import type { Reading } from './zip-member.js';
import { type ExtraField, type Header, lengths } from './zip-records.js';

/** A note (comment or extra field) of fewer bytes holds no picture. */
const leastBytes = 100;

/**
 * Extra fields whose formats hold no picture, however long they are: zip64, NTFS times, OS/2 and NT permissions,
 * OpenVMS, encryption and signatures of PKWARE, names in Unicode, Unix owners, padding of Microsoft and Android, ACL,
 * AES (APPNOTE 4.5.2, 4.6.1).
 */
const knownFields = [
  ...[0x0001, 0x0009, 0x000a, 0x000c, 0x000d, 0x0014, 0x0015, 0x0016, 0x0017, 0x0018, 0x0019, 0x0021],
  ...[0x4453, 0x5356, 0x5455, 0x5855, 0x6375, 0x7075, 0x7855, 0x7875, 0x9901, 0xa220, 0xcafe, 0xd935],
];

/**
 * Notes a doubt for an extra field of an unknown format, and for a comment, if it is long enough for a picture and no
 * text.
 * @param at where the member begins; bytes from the beginning of the store.
 */
export function noteStrays(
  header: Header & { readonly comment?: Buffer },
  at: number,
  { doubts }: Reading,
): void {
  const isStray = (bytes: Buffer) => bytes.length >= leastBytes && !holdsText(bytes);
  const isStrayField = ({ id, data }: ExtraField) => !knownFields.includes(id) && isStray(data);
  if (header.extra.some(isStrayField)) doubts.note(`nobody knows an extra field of the member at byte ${at}`);
  if (header.comment && isStray(header.comment))
    doubts.note(`the comment of the member at byte ${at} is no text`);
}

/** Yields the files that begin in the extra fields of a local header. Raises StageError('decode', 'archive-limit'). */
export async function* inHeader({ at }: Entry, local: Header, reading: Reading): AsyncGenerator<Inside> {
  const from = at + lengths.local + local.rawName.length;
  if (at + local.length - from >= leastBytes) yield* inRecord({ at: from, end: at + local.length }, reading);
}

/**
 * Yields the files that begin in a record of the archive, in its comments and extra fields. Raises
 * StageError('decode', 'archive-limit').
 */
export async function* inRecord(
  { at, end }: Span,
  { store, budget, distinct }: Reading,
): AsyncGenerator<Inside> {
  for await (const { inside } of carve(store, { from: at, to: Math.min(end, store.size) }, budget))
    yield { ...inside, member: distinct(inside.member!) };
}
