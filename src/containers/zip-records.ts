/**
 * How the records of a zip file are written (PKWARE APPNOTE 6.3.10, chapter 4.3). All functions here are pure. They
 * read the numbers of a record and check none of them: the caller checks what the numbers point at.
 */

/** The four bytes with which each record begins, as Latin-1 text. */
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

/** Bytes of the fixed part of each record, without names, extra fields and comments. */
export const lengths = { local: 30, entry: 46, end: 22, end64: 56, locator: 20 } as const;

/** General purpose flags (4.4.4) that decide how a reader reads the bytes. */
export const flags = { encrypted: 1, sizesFollow: 8, strong: 0x40, masked: 0x2000 } as const;
/** Flags that say how a member is encrypted. Its two headers must agree in them. */
export const decisiveFlags = flags.encrypted | flags.strong | flags.masked;

/** A header holds this number if the real one stands in its zip64 field (4.5.3). */
const all32 = 0xffffffff;
const zip64Field = 0x0001;

/** One extra field of a header (APPNOTE 4.5). */
export interface ExtraField {
  /** The number of its format. */
  readonly id: number;
  /** Its bytes, without number and length. */
  readonly data: Buffer;
}

/** What a header says of a member: the header in the directory, or the local one before the bytes. */
export interface Header {
  /** The general purpose flags (4.4.4). */
  readonly flags: number;
  /** The number of the method that packed the member (4.4.5). */
  readonly method: number;
  /** CRC-32 of the unpacked bytes. */
  readonly crc: number;
  /** The number of packed bytes. */
  readonly packed: number;
  /** The number of unpacked bytes. */
  readonly size: number;
  /** The name, each byte as the character of that number. */
  readonly rawName: string;
  /** The extra fields, in their order. */
  readonly extra: readonly ExtraField[];
  /** True if the header has several zip64 fields: programs differ in which one they use. */
  readonly isAmbiguous: boolean;
  /** Bytes of the header. */
  readonly length: number;
}

/** A header in the directory. */
export interface DirectoryHeader extends Header {
  /** Where the local header is; bytes from the beginning of the zip file. */
  readonly offset: number;
  /** The number of the disk on which the member begins; 0 for a file that is not split. */
  readonly disk: number;
  /** The comment of the member, as bytes. */
  readonly comment: Buffer;
}

/** Whether this signature stands at byte `at`. */
export const isAt = (bytes: Buffer, signature: string, at = 0): boolean =>
  bytes.toString('latin1', at, at + signature.length) === signature;

/** Reads eight bytes as a number. Above 2^53 it is not exact, but no file is that large. */
export const u64 = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

/** Reads the extra fields (4.5.1), up to the first that is longer than the bytes left. */
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

/**
 * Replaces each number that is all ones by the next number of the zip64 field. A number stays as it is if the field is
 * missing or too short.
 */
function widened(numbers: readonly number[], extra: readonly ExtraField[]): number[] {
  const data = extra.find(({ id }) => id === zip64Field)?.data ?? Buffer.alloc(0);
  let at = 0;
  return numbers.map((number) => {
    if (number !== all32 || at + 8 > data.length) return number;
    at += 8;
    return u64(data, at - 8);
  });
}

/**
 * Reads the fields that both kinds of headers have. In the directory they stand two bytes later (`shift`). `bytes` must
 * hold the whole header.
 */
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

/** Reads a local header (4.3.7). `bytes` must hold all of it. */
export const parseLocal = (bytes: Buffer): Header =>
  parseHeader(bytes, { shift: 0, fixed: lengths.local, offset: 0 });

/** Bytes of the header in the directory that begins with these 46 bytes, its comment included. */
export const entryLength = (fixed: Buffer): number =>
  lengths.entry + fixed.readUInt16LE(28) + fixed.readUInt16LE(30) + fixed.readUInt16LE(32);

/** Reads a header in the directory (4.3.12). `bytes` must hold all of it. */
export const parseEntry = (bytes: Buffer): DirectoryHeader => ({
  ...parseHeader(bytes, { shift: 2, fixed: lengths.entry, offset: bytes.readUInt32LE(42) }),
  length: entryLength(bytes),
  disk: bytes.readUInt16LE(34),
  comment: bytes.subarray(entryLength(bytes) - bytes.readUInt16LE(32), entryLength(bytes)),
});

/**
 * The length in bytes of the data descriptor (4.3.9) at the beginning of `bytes` that says these numbers; 0 if there is
 * none. A descriptor may lack its signature. Its sizes have four bytes or eight; with four, they may be only the low 32
 * bits.
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

/** Whether `written` is the low 32 bits of `number`. Writers without zip64 write no more of a larger number. */
export const isSame32 = (written: number, number: number): boolean => written === number % 2 ** 32;

/** The names of the methods that pack members, by their numbers (4.4.5). */
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

/** Whether bytes with the signature of a local header could be one: the header is whole, and its method has a name. */
export const isPossibleLocal = (bytes: Buffer): boolean =>
  bytes.length >= lengths.local && bytes.readUInt16LE(8) in methods;

/** Flags to which the format gives no meaning. */
const unusedFlags = 0xd780;
/** Without a directory, a local header with a longer name (in bytes) counts as chance. */
const longestPlainName = 1024;

/**
 * Whether bytes with the signature of a local header are one beyond reasonable doubt: its flags and its name are sane,
 * and header and packed bytes fit into `room` bytes.
 */
export function isCredibleLocal(bytes: Buffer, room: number): boolean {
  if (!isPossibleLocal(bytes) || (bytes.readUInt16LE(6) & unusedFlags) !== 0) return false;
  const nameLength = bytes.readUInt16LE(26);
  const packed = bytes.readUInt32LE(18);
  if (nameLength === 0 || nameLength > longestPlainName || lengths.local + nameLength > bytes.length)
    return false;
  if (packed !== all32 && localLength(bytes) + packed > room) return false;
  return bytes.subarray(lengths.local, lengths.local + nameLength).findIndex((byte) => byte < 0x20) < 0;
}
