import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';
import { bytesAt, endOfZeros, find } from './zip-bytes.js';
import { isAt, lengths, localLength, signatures, u64 } from './zip-records.js';

/** Bytes of a zip file that lie between its members and records. */
interface Gap {
  readonly from: number;
  readonly to: number;
}

/**
 * Where the padding at the start of a gap ends. Padding holds no member: zeros, Android's signatures and alignment, and
 * the records that the format has for signatures and encryption. Returns `to` if the gap holds only padding. Raises
 * StageError('decode', 'archive-limit').
 */
export async function endOfPadding(store: ByteStore, { from, to }: Gap, budget: Budget): Promise<number> {
  const signed = await startOfSigningBlock(store, { from, to }, budget);
  let at = await endOfZeros(store, from, signed, budget);
  while (at < signed) {
    const end = await endOfRecord(store, { from: at, to: signed }, budget);
    if (end === undefined) return at;
    at = await endOfZeros(store, end, signed, budget);
  }
  return to;
}

const signingMark = 'APK Sig Block 42';

/**
 * Where the APK Signing Block at the end of a gap begins (source.android.com, "APK Signature Scheme v2"); `to` if there
 * is none, or if it holds a member.
 */
async function startOfSigningBlock(store: ByteStore, { from, to }: Gap, budget: Budget): Promise<number> {
  if (to - from < 32) return to;
  const tail = await bytesAt(store, to - 24, 24);
  if (!isAt(tail, signingMark, 8)) return to;
  const start = to - 8 - u64(tail, 0);
  if (start < from || u64(await bytesAt(store, start, 8), 0) !== u64(tail, 0)) return to;
  return (await hasLocal(store, { from: start, to }, budget)) ? to : start;
}

async function hasLocal(store: ByteStore, gap: Gap, budget: Budget): Promise<boolean> {
  return (await find(store, signatures.local, { ...gap, budget })) !== undefined;
}

/** The marks with which a split zip file may begin (APPNOTE 8.5.3, 8.5.4). */
const spanningMarks = [signatures.descriptor, 'PK00'];

/**
 * Where the record at the start of a gap ends, if it is no member and holds none; undefined if no such record begins
 * there.
 */
async function endOfRecord(store: ByteStore, { from, to }: Gap, budget: Budget): Promise<number | undefined> {
  const bytes = await bytesAt(store, from, Math.min(lengths.local, to - from));
  if (from === 0 && spanningMarks.some((mark) => isAt(bytes, mark))) return 4;
  if (isAt(bytes, signatures.local)) return endOfVirtualEntry(store, { from, to }, bytes, budget);
  const isExtra = isAt(bytes, signatures.archiveExtraData) && bytes.length >= 8;
  const isSignature = isAt(bytes, signatures.digitalSignature) && bytes.length >= 6;
  if (!isExtra && !isSignature) return undefined;
  const end = from + (isExtra ? 8 + bytes.readUInt32LE(4) : 6 + bytes.readUInt16LE(4));
  return end <= to && !(await hasLocal(store, { from, to: end }, budget)) ? end : undefined;
}

/**
 * Where a filler of Android's build tools ends (zipflinger): a local header without a name and without bytes, whose
 * extra field is all zeros. Undefined if the header is no such filler.
 */
async function endOfVirtualEntry(
  store: ByteStore,
  { from, to }: Gap,
  fixed: Buffer,
  budget: Budget,
): Promise<number | undefined> {
  if (fixed.length < lengths.local) return undefined;
  const isEmpty = [6, 8, 26].every((field) => fixed.readUInt16LE(field) === 0);
  if (!isEmpty || [14, 18, 22].some((field) => fixed.readUInt32LE(field) !== 0)) return undefined;
  const end = from + localLength(fixed);
  return end <= to && (await endOfZeros(store, from + lengths.local, end, budget)) === end ? end : undefined;
}
