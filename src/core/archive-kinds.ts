/** A kind of archive or packed file, recognised by its first bytes. */
export interface ArchiveKind {
  readonly mediaType: string;
  /** Name of the format: 7-Zip's own name, or that of one of our readers. */
  readonly format: string;
  /** True for one file that is packed without a name; false for an archive of members. */
  readonly isOneFile: boolean;
}

/** A signature at an offset, as Latin-1 text, and a further check for signatures that occur by chance. */
type Signature = readonly [offset: number, text: string, check?: (bytes: Uint8Array) => boolean];

const u16 = (bytes: Uint8Array, at: number) => bytes[at]! + 256 * bytes[at + 1]!;
const u32 = (bytes: Uint8Array, at: number) => u16(bytes, at) + 65_536 * u16(bytes, at + 2);
const latin1 = (bytes: Uint8Array, from: number, until: number) =>
  String.fromCharCode(...bytes.subarray(from, until));

/** Checks the level of the header, before which the method is written. */
const isLzh = (bytes: Uint8Array) =>
  /^-(lh[\ddx]|lz[s45]|pm[0-2])-$/.test(latin1(bytes, 2, 7)) && bytes.length > 21 && bytes[20]! <= 3;

/** Checks that the main header has a credible length. */
const isArj = (bytes: Uint8Array) =>
  bytes.length > 11 && u16(bytes, 2) >= 30 && u16(bytes, 2) <= 2600 && bytes[4]! >= 30 && bytes[10] === 2;

/** Checks the length of the longest code (9 to 16 bits) and the two unused flags. */
const isCompress = (bytes: Uint8Array) =>
  bytes.length > 2 && (bytes[2]! & 0x60) === 0 && (bytes[2]! & 31) >= 9 && (bytes[2]! & 31) <= 16;

/**
 * Checks an old binary header of cpio: a kind of file and a name that ends with NUL, in the byte order that the magic
 * number shows.
 */
function isBinaryCpio(bytes: Uint8Array): boolean {
  const isLittle = bytes[0] === 0xc7;
  const short = (at: number) => (isLittle ? u16(bytes, at) : 256 * bytes[at]! + bytes[at + 1]!);
  if (bytes.length < 28) return false;
  const length = short(20);
  return (
    length > 1 &&
    length < 4096 &&
    bytes[25 + length] === 0 &&
    [1, 2, 4, 6, 8, 10, 12].includes(short(6) >> 12)
  );
}

/**
 * Checks for a file of `xz --format=lzma`: properties, a dictionary size that encoders write, a length, and the coder's
 * first byte.
 */
function isLzma(bytes: Uint8Array): boolean {
  if (bytes.length < 18 || bytes[0]! >= 225 || bytes[13] !== 0) return false;
  const dictionary = u32(bytes, 1);
  const isUsual =
    [1, 3].some((odd) => Number.isInteger(Math.log2(dictionary / odd))) || dictionary === 0xffffffff;
  const isOpen = bytes.subarray(5, 13).every((byte) => byte === 0xff);
  return (
    dictionary >= 4096 && isUsual && (isOpen || (u32(bytes, 9) < 64 && u32(bytes, 5) + u32(bytes, 9) > 0))
  );
}

/**
 * Where the volume descriptors of a disc image begin (ECMA-119, 6.2.1; ECMA-167), and how far the search for them goes.
 */
const firstDescriptor = 32_768;
const descriptorLength = 2048;
const mostDescriptors = 16;

/** `Iso`, or `Udf` where the image also has UDF descriptors; undefined for anything else. */
function discOf(bytes: Uint8Array): string | undefined {
  let found: string | undefined;
  for (let n = 0; n < mostDescriptors; n++) {
    const at = firstDescriptor + n * descriptorLength + 1;
    const mark = at + 5 <= bytes.length ? latin1(bytes, at, at + 5) : '';
    if (mark.startsWith('NSR0')) return 'Udf';
    if (mark === 'CD001') found ??= 'Iso';
    else if (mark !== 'BEA01' && mark !== 'BOOT2' && mark !== 'TEA01') return found;
  }
  return found;
}

const kinds: readonly (readonly [mediaType: string, format: string, isOneFile: boolean, ...Signature[]])[] = [
  ['application/x-7z-compressed', '7z', false, [0, '7z\xbc\xaf\x27\x1c']],
  ['application/vnd.rar', 'Rar', false, [0, 'Rar!\x1a\x07\0'], [0, 'RE~^']],
  ['application/vnd.rar', 'Rar5', false, [0, 'Rar!\x1a\x07\x01\0']],
  ['application/vnd.ms-cab-compressed', 'Cab', false, [0, 'MSCF\0\0\0\0']],
  [
    'application/x-cpio',
    'Cpio',
    false,
    [0, '070701'],
    [0, '070702'],
    [0, '070707'],
    [0, '\xc7\x71', isBinaryCpio],
    [0, '\x71\xc7', isBinaryCpio],
  ],
  ['application/x-archive', 'Ar', false, [0, '!<arch>\n'], [0, '!<thin>\n']],
  ['application/x-rpm', 'Rpm', false, [0, '\xed\xab\xee\xdb']],
  ['application/x-xar', 'Xar', false, [0, 'xar!\0']],
  ['application/x-lzh-compressed', 'Lzh', false, [2, '-', isLzh]],
  ['application/x-arj', 'Arj', false, [0, '\x60\xea', isArj]],
  ['application/x-ms-wim', 'wim', false, [0, 'MSWIM\0\0\0'], [0, 'WLPWM\0\0\0']],
  [
    'application/vnd.squashfs',
    'SquashFS',
    false,
    ...['hsqs', 'sqsh', 'shsq', 'qshs'].map((text) => [0, text] as const),
  ],
  [
    'application/x-bzip2',
    'bzip2',
    true,
    ...[...'123456789'].flatMap((level) => [
      [0, `BZh${level}1AY&SY`] as const,
      [0, `BZh${level}\x17rE8P\x90`] as const,
    ]),
  ],
  ['application/x-xz', 'xz', true, [0, '\xfd7zXZ\0']],
  ['application/zstd', 'zstd', true, [0, '\x28\xb5\x2f\xfd']],
  ['application/x-lzma', 'lzma', true, [13, '\0', isLzma]],
  ['application/x-compress', 'Z', true, [0, '\x1f\x9d', isCompress]],
  ['application/x-lz4', 'lz4', true, [0, '\x04\x22\x4d\x18'], [0, '\x02\x21\x4c\x18']],
  ['application/x-lzip', 'lzip', true, [0, 'LZIP\x01']],
];

const discType = 'application/x-iso9660-image';

/** Media types of archives that 7-Zip reads. */
export const archiveTypes: readonly string[] = [
  discType,
  ...new Set(kinds.filter(([, , isOneFile]) => !isOneFile).map(([mediaType]) => mediaType)),
];

/** Media type of Brotli. Only its name tells such a file, because Brotli has no signature (RFC 7932). */
export const brotliType = 'application/x-brotli';

/** Media types of single packed files, except gzip. */
export const packedTypes: readonly string[] = [
  brotliType,
  ...kinds.filter(([, , isOneFile]) => isOneFile).map(([mediaType]) => mediaType),
];

/** Skippable frames may stand before the frames of zstd and lz4 alike (RFC 8878, 3.1.2): returns where they end. */
function behindSkippable(bytes: Uint8Array): number {
  let at = 0;
  while (at + 8 <= bytes.length && u32(bytes, at) >>> 4 === 0x184d2a5) at += 8 + u32(bytes, at + 4);
  return at;
}

const holds = (bytes: Uint8Array, [offset, text, check]: Signature): boolean =>
  bytes.length >= offset + text.length &&
  latin1(bytes, offset, offset + text.length) === text &&
  (check?.(bytes) ?? true);

/**
 * The kind of archive or packed file that begins with these bytes: its first 64 kB, or all of it. Undefined for any
 * other file, and for zip, tar and gzip, which have readers of their own. Pure.
 */
export function archiveKind(bytes: Uint8Array): ArchiveKind | undefined {
  const start = behindSkippable(bytes);
  const rest = bytes.subarray(Math.min(start, bytes.length));
  // Where only skippable frames are known, the file is given to zstd's reader, which reports what is wrong.
  if (start > 0 && rest.length < 4) return { mediaType: 'application/zstd', format: 'zstd', isOneFile: true };
  for (const [mediaType, format, isOneFile, ...signatures] of kinds)
    if (signatures.some((signature) => holds(rest, signature))) return { mediaType, format, isOneFile };
  const disc = discOf(bytes);
  return disc === undefined ? undefined : { mediaType: discType, format: disc, isOneFile: false };
}
