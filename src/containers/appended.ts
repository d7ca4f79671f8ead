import { isAt, isCredibleLocal, lengths, signatures } from './zip-records.js';

const longestComment = 0xffff;
/** Bytes that may follow the comment, such as a signature. */
const longestRest = 0xffff;

/**
 * Finds a zip file at the end of other bytes, such as a picture or a program that unpacks itself. Its offsets may count
 * from its own beginning or from that of all bytes. If its end record leads to no directory, the zip file begins at the
 * first member. Members before the place to which the end record leads belong to it too. Undefined if there is no zip
 * file, or only one of more than 4 GB (zip64). Pure.
 * @param isLast true if nothing may follow the zip file.
 */
export function appendedZip(bytes: Uint8Array, isLast = false): Uint8Array | undefined {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const from = Math.max(0, all.length - lengths.end - longestComment - (isLast ? 0 : longestRest));
  const tail = all.subarray(from);
  let last: number | undefined;
  for (let found = tail.lastIndexOf(signatures.end, undefined, 'latin1'); found >= 0; ) {
    const end = endOf(all, from + found);
    if (end !== undefined && !(isLast && end < all.length)) {
      last = Math.max(last ?? 0, end);
      const start = startOf(all, from + found);
      if (start !== undefined) return all.subarray(firstMember(all, start) ?? start, last);
    }
    found = found === 0 ? -1 : tail.lastIndexOf(signatures.end, found - 1, 'latin1');
  }
  const start = last === undefined ? undefined : firstMember(all, all.length);
  return start === undefined ? undefined : all.subarray(start, last);
}

/** Where the zip file ends whose end record stands at `at` (APPNOTE 4.3.16); undefined if the record is cut. */
function endOf(all: Buffer, at: number): number | undefined {
  if (at + lengths.end > all.length) return undefined;
  const end = at + lengths.end + all.readUInt16LE(at + 20);
  return end > all.length ? undefined : end;
}

/** Where the zip file begins whose end record stands at `at`; undefined if the record leads to no directory. */
function startOf(all: Buffer, at: number): number | undefined {
  const directory = at - all.readUInt32LE(at + 12);
  const start = directory - all.readUInt32LE(at + 16);
  return start >= 0 && isAt(all, signatures.entry, directory) ? start : undefined;
}

/** Where the first member before `to` begins: a local header that chance does not make. */
function firstMember(all: Buffer, to: number): number | undefined {
  const head = all.subarray(0, to);
  for (let at = head.indexOf(signatures.local, 0, 'latin1'); at >= 0; ) {
    if (isCredibleLocal(all.subarray(at), all.length - at)) return at;
    at = head.indexOf(signatures.local, at + 4, 'latin1');
  }
  return undefined;
}
