/**
 * How the records of a zip file are written (PKWARE APPNOTE 6.3.10, chapter 4.3). All of this is pure, and believes nothing:
 * what the numbers point at is for the caller to look at.
 */

/** How each record begins; as Latin-1 text. */
export const signatures = {
  local: 'PK\x03\x04',
  entry: 'PK\x01\x02',
  digitalSignature: 'PK\x05\x05',
  end: 'PK\x05\x06',
  end64: 'PK\x06\x06',
  locator: 'PK\x06\x07',
  descriptor: 'PK\x07\x08',
  archiveExtraData: 'PK\x06\x08',
} as const;

/** Bytes of the parts of records that every one of its kind has. */
export const lengths = { local: 30, entry: 46, end: 22, end64: 56, locator: 20 } as const;

/** General purpose flags (4.4.4) that decide how bytes are read. */
export const flags = { encrypted: 1, sizesFollow: 8, strong: 0x40, masked: 0x2000 } as const;
/** Flags that both headers of a member must have alike: they say how it is encrypted. */
export const decisiveFlags = flags.encrypted | flags.strong | flags.masked;

/** Stands for a number that a zip64 field has (4.5.3). */
const all32 = 0xffffffff;
const zip64Field = 0x0001;

/** One extra field of a header (APPNOTE 4.5). */
export interface ExtraField {
  readonly id: number;
  readonly data: Buffer;
}

/** What a header says of a member, be it in the directory or before its bytes. */
export interface Header {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  /** Bytes of the member as they lie there, and unpacked. */
  readonly packed: number;
  readonly size: number;
  /** The name, each byte as the character of that number. */
  readonly rawName: string;
  readonly extra: readonly ExtraField[];
  /** True where two zip64 fields stand: readers differ in which one they take. */
  readonly isAmbiguous: boolean;
  /** Bytes of the header. */
  readonly length: number;
}

/** A header in the directory. */
export interface DirectoryHeader extends Header {
  /** Where the local header is; bytes from the beginning of the zip file. */
  readonly offset: number;
  readonly disk: number;
  readonly comment: Buffer;
}

/** Whether a signature stands at a place of the bytes. */
export const isAt = (bytes: Buffer, signature: string, at = 0): boolean =>
  bytes.toString('latin1', at, at + signature.length) === signature;

/** Eight bytes as a number: what is beyond 2^53 is beyond every file as well. */
export const u64 = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

/** Extra fields, as far as they keep within their length (4.5.1). */
function extraFields(bytes: Buffer): ExtraField[] {
  const fields: ExtraField[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (end > bytes.length) break;
    fields.push({ id: bytes.readUInt16LE(at), data: bytes.subarray(at + 4, end) });
    at = end;
  }
  return fields;
}

/** Numbers of a header, those of its zip64 field in the place of such as are all ones; each as it is where that ends. */
function widened(numbers: readonly number[], extra: readonly ExtraField[]): number[] {
  const data = extra.find(({ id }) => id === zip64Field)?.data ?? Buffer.alloc(0);
  let at = 0;
  return numbers.map((number) => {
    if (number !== all32 || at + 8 > data.length) return number;
    at += 8;
    return u64(data, at - 8);
  });
}

/** Fields that both headers have, in the directory two bytes later. The whole header must be there. */
function parseHeader(
  bytes: Buffer,
  { shift, fixed, offset }: { shift: number; fixed: number; offset: number },
) {
  const nameEnd = fixed + bytes.readUInt16LE(26 + shift);
  const extraEnd = nameEnd + bytes.readUInt16LE(28 + shift);
  const extra = extraFields(bytes.subarray(nameEnd, extraEnd));
  const numbers = [bytes.readUInt32LE(22 + shift), bytes.readUInt32LE(18 + shift), offset];
  const [size, packed, widenedOffset] = widened(numbers, extra);
  return {
    flags: bytes.readUInt16LE(6 + shift),
    method: bytes.readUInt16LE(8 + shift),
    crc: bytes.readUInt32LE(14 + shift),
    packed: packed!,
    size: size!,
    rawName: bytes.toString('latin1', fixed, nameEnd),
    extra,
    isAmbiguous: extra.filter(({ id }) => id === zip64Field).length > 1,
    length: extraEnd,
    offset: widenedOffset!,
  };
}

/** Bytes of the local header that begins with these 30 bytes. */
export const localLength = (fixed: Buffer): number =>
  lengths.local + fixed.readUInt16LE(26) + fixed.readUInt16LE(28);

/** A local header (4.3.7), all of whose bytes are there. */
export const parseLocal = (bytes: Buffer): Header =>
  parseHeader(bytes, { shift: 0, fixed: lengths.local, offset: 0 });

/** Bytes of the header in the directory that begins with these 46 bytes, its comment included. */
export const entryLength = (fixed: Buffer): number =>
  lengths.entry + fixed.readUInt16LE(28) + fixed.readUInt16LE(30) + fixed.readUInt16LE(32);

/** A header in the directory (4.3.12), all of whose bytes are there. */
export const parseEntry = (bytes: Buffer): DirectoryHeader => ({
  ...parseHeader(bytes, { shift: 2, fixed: lengths.entry, offset: bytes.readUInt32LE(42) }),
  length: entryLength(bytes),
  disk: bytes.readUInt16LE(34),
  comment: bytes.subarray(entryLength(bytes) - bytes.readUInt16LE(32), entryLength(bytes)),
});

/**
 * Bytes of the data descriptor that begins there (4.3.9) and says this of its member; 0 where there is none. It may have
 * its signature or not, and sizes of four bytes or of eight; sizes of four bytes may have lost what is beyond 4 GB.
 */
export function descriptorLength(
  bytes: Buffer,
  { crc, packed, size }: Pick<Header, 'crc' | 'packed' | 'size'>,
): number {
  const start = isAt(bytes, signatures.descriptor) ? 4 : 0;
  for (const at of start === 4 ? [4, 0] : [0]) {
    if (bytes.length < at + 12 || bytes.readUInt32LE(at) !== crc) continue;
    if (bytes.length >= at + 20 && u64(bytes, at + 4) === packed && u64(bytes, at + 12) === size)
      return at + 20;
    if (isSame32(bytes.readUInt32LE(at + 4), packed) && isSame32(bytes.readUInt32LE(at + 8), size))
      return at + 12;
  }
  return 0;
}

/** Bytes of the longest descriptor. */
export const longestDescriptor = 24;

/** Whether a number of 32 bits is this one, or what is left of it: some writers know no zip64. */
export const isSame32 = (written: number, number: number): boolean => written === number % 2 ** 32;

/** Ways of packing that have a name (4.4.5). */
export const methods: Readonly<Record<number, string>> = {
  0: 'nothing',
  1: 'Shrink',
  2: 'Reduce',
  3: 'Reduce',
  4: 'Reduce',
  5: 'Reduce',
  6: 'Implode',
  8: 'Deflate',
  9: 'Deflate64',
  10: 'PKWARE Implode',
  12: 'bzip2',
  14: 'LZMA',
  18: 'TERSE',
  19: 'LZ77',
  20: 'Zstandard',
  93: 'Zstandard',
  94: 'MP3',
  95: 'xz',
  96: 'JPEG',
  97: 'WavPack',
  98: 'PPMd',
  99: 'AES',
};

/** Whether what begins like a local header could be one. */
export const isPossibleLocal = (bytes: Buffer): boolean =>
  bytes.length >= lengths.local && bytes.readUInt16LE(8) in methods;

/** Flags that have no meaning. */
const unusedFlags = 0xd780;
/** Bytes of the longest name that is believed without a directory. */
const longestPlainName = 1024;

/** Whether it is one, with room for its member in so many bytes: chance does not make it. */
export function isCredibleLocal(bytes: Buffer, room: number): boolean {
  if (!isPossibleLocal(bytes) || (bytes.readUInt16LE(6) & unusedFlags) !== 0) return false;
  const nameLength = bytes.readUInt16LE(26);
  const packed = bytes.readUInt32LE(18);
  if (nameLength === 0 || nameLength > longestPlainName || lengths.local + nameLength > bytes.length)
    return false;
  if (packed !== all32 && localLength(bytes) + packed > room) return false;
  return bytes.subarray(lengths.local, lengths.local + nameLength).findIndex((byte) => byte < 0x20) < 0;
}
