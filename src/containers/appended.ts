/** Bytes of the record at the end of a zip file, and of its comment (APPNOTE 4.3.16). */
const recordLength = 22;
const longestComment = 0xffff;
/** Bytes that may follow it: a signature. */
const longestRest = 0xffff;

/**
 * A zip file at the end of other bytes: of a picture, of a program that unpacks itself. Undefined where there is none, or it
 * is one of more than 4 GB (zip64). Its offsets count from its own beginning or from that of all bytes. `isLast` where nothing
 * may follow it. Pure.
 */
export function appendedZip(bytes: Uint8Array, isLast = false): Uint8Array | undefined {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const from = Math.max(0, all.length - recordLength - longestComment - (isLast ? 0 : longestRest));
  const tail = all.subarray(from);
  for (let found = tail.lastIndexOf('PK\x05\x06', undefined, 'latin1'); found >= 0; ) {
    const zip = zipEndingAt(all, from + found);
    if (zip && !(isLast && zip.byteOffset + zip.length < bytes.byteOffset + bytes.length)) return zip;
    if (found === 0) return undefined;
    found = tail.lastIndexOf('PK\x05\x06', found - 1, 'latin1');
  }
  return undefined;
}

/** The zip file whose last record is there, where the directory that it names is. */
function zipEndingAt(all: Buffer, at: number): Uint8Array | undefined {
  if (at + recordLength > all.length) return undefined;
  const [size, offset] = [all.readUInt32LE(at + 12), all.readUInt32LE(at + 16)];
  const directory = at - size;
  const start = directory - offset;
  const end = at + recordLength + all.readUInt16LE(at + 20);
  if (start < 0 || end > all.length || all.toString('latin1', directory, directory + 4) !== 'PK\x01\x02')
    return undefined;
  return all.subarray(start, end);
}
