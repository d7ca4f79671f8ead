import { archiveKind, isTarHeader, knownKinds } from '../core/index.js';
import { elementaryStream } from './elementary-streams.js';
import { isMail, isMailbox, isOutlook } from './mail-kinds.js';
import { isAnimatedPng } from './png-chunks.js';
import { xmlRoot } from './xml-root.js';

/**
 * `sniff` looks at so many bytes of most files. Where it needs more, it looks further: at the chunk headers of a PNG,
 * at all that is before the root of XML, at the descriptors of a disc, and at the directory of an OLE file.
 */
export const sniffLength = 4096;

/** The media type that `sniff` gives an empty file. */
export const emptyType = 'application/x-empty';

/** The media type that `sniff` gives a file that it cannot tell. */
export const unknownType = 'application/octet-stream';

const ascii = (bytes: Uint8Array, from: number, until: number) =>
  String.fromCharCode(...bytes.subarray(from, until));

/** A signature at a byte offset, as Latin-1 text. `?` stands for any byte. */
type Signature = readonly [mediaType: string, offset: number, text: string];

const signatures: readonly Signature[] = [
  ['image/jpeg', 0, '\xff\xd8'],
  ['image/png', 0, '\x89PNG\r\n\x1a\n'],
  ['image/gif', 0, 'GIF87a'],
  ['image/gif', 0, 'GIF89a'],
  ['image/webp', 0, 'RIFF????WEBP'],
  ['image/jxl', 0, '\xff\x0a'],
  ['image/jxl', 0, '\0\0\0\x0cJXL \r\n\x87\n'],
  ['image/jp2', 0, '\0\0\0\x0cjP  \r\n\x87\n'],
  ['image/jp2', 0, '\xff\x4f\xff\x51'],
  ['image/x-canon-cr2', 0, 'II*\0????CR'],
  ['image/tiff', 0, 'II*\0'],
  ['image/tiff', 0, 'MM\0*'],
  ['image/tiff', 0, 'II+\0'],
  ['image/tiff', 0, 'MM\0+'],
  ['image/bmp', 0, 'BM????\0\0\0\0'],
  ...['\x0c', '\x10', '\x28', '\x34', '\x38', '\x40', '\x6c', '\x7c'].map(
    (length) => ['image/bmp', 0, `BM????????????${length}\0\0\0`] as const,
  ),
  ['image/vnd.adobe.photoshop', 0, '8BPS'],
  ['image/qoi', 0, 'qoif'],
  ['image/vnd.radiance', 0, '#?RADIANCE'],
  ['image/vnd.radiance', 0, '#?RGBE'],
  ['image/x-exr', 0, 'v/1\x01'],
  ['image/vnd.ms-dds', 0, 'DDS '],
  ['image/x-xcf', 0, 'gimp xcf '],
  ['image/x-fuji-raf', 0, 'FUJIFILMCCD-RAW'],
  ['image/x-panasonic-rw2', 0, 'IIU\0'],
  ['image/x-olympus-orf', 0, 'IIRO'],
  ['image/x-olympus-orf', 0, 'IIRS'],
  ['image/x-olympus-orf', 0, 'MMOR'],
  ['image/x-minolta-mrw', 0, '\0MRM'],
  ['image/x-sigma-x3f', 0, 'FOVb'],
  ['image/x-canon-crw', 6, 'HEAPCCDR'],
  ['image/jxr', 0, 'II\xbc\x01'],
  ['image/x-mng', 0, '\x8aMNG\r\n\x1a\n'],
  ['image/x-jng', 0, '\x8bJNG\r\n\x1a\n'],
  ['image/x-icns', 0, 'icns'],
  ['image/vnd.djvu', 0, 'AT&TFORM'],
  ['image/x-farbfeld', 0, 'farbfeld'],
  ['image/x-dcx', 0, '\xb1\x68\xde\x3a'],
  ...['\0\x01', '\0\x02', '\x01\x01', '\x01\x02'].map(
    (kind) => ['image/x-sgi', 0, `\x01\xda${kind}\0`] as const,
  ),
  ['image/x-sun-raster', 0, '\x59\xa6\x6a\x95'],
  ['image/fits', 0, 'SIMPLE  ='],
  ['image/x-pict', 522, '\0\x11\x02\xff\x0c\0'],
  ['image/x-dpx', 0, 'SDPX'],
  ['image/x-dpx', 0, 'XPDS'],
  ['image/x-cineon', 0, '\x80\x2a\x5f\xd7'],
  ['image/x-miff', 0, 'id=ImageMagick'],
  ['image/x-viff', 0, '\xab\x01'],
  ['image/x-vicar', 0, 'LBLSIZE='],
  ['image/x-pgx', 0, 'PG ML '],
  ['image/x-pgx', 0, 'PG LM '],
  ['image/x-xpixmap', 0, '/* XPM */'],
  ['image/x-xpixmap', 0, '! XPM2'],
  ['image/x-ani', 0, 'RIFF????ACON'],
  // No decoder reads these. `sniff` still names them, so that the user learns that they are pictures.
  ['image/x-xwindowdump', 4, '\0\0\0\x07\0\0\0\x02'],
  ['image/x-ilbm', 0, 'FORM????ILBM'],
  ['image/x-ilbm', 0, 'FORM????PBM '],
  ['image/x-blp', 0, 'BLP1'],
  ['image/x-blp', 0, 'BLP2'],
  ['image/x-ms-paint', 0, 'DanM'],
  ['image/x-ms-paint', 0, 'LinS'],
  ['image/x-jbig2', 0, '\x97JB2\r\n\x1a\n'],
  ['image/ktx', 0, '\xabKTX '],
  ['image/wmf', 0, '\xd7\xcd\xc6\x9a\0\0'],
  ['image/emf', 40, ' EMF\0\0\x01\0'],
  ['video/x-flic', 4, '\x11\xaf'],
  ['video/x-flic', 4, '\x12\xaf'],
  ['application/vnd.adobe.flash', 0, 'FWS'],
  ['application/vnd.adobe.flash', 0, 'CWS'],
  ['application/vnd.adobe.flash', 0, 'ZWS'],
  ['application/pdf', 0, '%PDF-'],
  ['text/rtf', 0, '{\\rtf'],
  ['application/postscript', 0, '%!PS'],
  ['application/zip', 0, 'PK\x03\x04'],
  ['application/zip', 0, 'PK\x05\x06'],
  ['application/gzip', 0, '\x1f\x8b'],
  ['application/x-tar', 257, 'ustar'],
  ['application/x-ole-storage', 0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  ['video/x-msvideo', 0, 'RIFF????AVI '],
  ['audio/wav', 0, 'RIFF????WAVE'],
  ['video/x-flv', 0, 'FLV\x01'],
  ['video/mpeg', 0, '\0\0\x01\xba'],
  ['video/mpeg', 0, '\0\0\x01\xb3'],
  ['video/x-ms-asf', 0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11'],
  ['video/x-ivf', 0, 'DKIF'],
  ['video/x-yuv4mpeg', 0, 'YUV4MPEG2'],
  ['application/mxf', 0, '\x06\x0e\x2b\x34'],
  ['application/vnd.rn-realmedia', 0, '.RMF'],
  ['application/ogg', 0, 'OggS'],
  ['audio/flac', 0, 'fLaC'],
  ['audio/mpeg', 0, 'ID3'],
  ['application/postscript', 0, '\xc5\xd0\xd3\xc6'],
  ['application/vnd.sqlite3', 0, 'SQLite format 3\0'],
  ['application/x-elf', 0, '\x7fELF'],
  ...['\xcf\xfa\xed\xfe', '\xce\xfa\xed\xfe', '\xfe\xed\xfa\xce', '\xfe\xed\xfa\xcf'].map(
    (magic) => ['application/x-mach-binary', 0, magic] as const,
  ),
  ...knownKinds.flatMap(({ mediaType, begins = [] }) => begins.map((text) => [mediaType, 0, text] as const)),
];

/** True for a Windows program: the header of its DOS stub says where `PE` stands (Microsoft PE format, 2). */
function isProgram(head: Uint8Array): boolean {
  if (ascii(head, 0, 2) !== 'MZ' || head.length < 64) return false;
  const at = new DataView(head.buffer, head.byteOffset).getUint32(60, true);
  return ascii(head, at, at + 4) === 'PE\0\0';
}

/** True where the bytes have this signature. */
function holds(bytes: Uint8Array, [, offset, text]: Signature): boolean {
  if (bytes.length < offset + text.length) return false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '?' && bytes[offset + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

const heicBrands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx'];

/**
 * The media type of an ISO base media file (ISO/IEC 14496-12) by its brands, the major one first, then the compatible
 * ones. Undefined for other files.
 */
function isoMedia(bytes: Uint8Array): string | undefined {
  if (ascii(bytes, 4, 8) !== 'ftyp') return undefined;
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const brands: string[] = [];
  for (let i = 8; i + 4 <= Math.min(size, bytes.length, 256); i += 4) {
    if (i !== 12) brands.push(ascii(bytes, i, i + 4));
  }
  const major = brands[0] ?? '';
  const isStill = ['mif1', 'msf1', 'mif2', 'miaf'].includes(major);
  for (const brand of isStill ? brands : [major]) {
    if (brand === 'avif' || brand === 'avis') return 'image/avif';
    if (heicBrands.includes(brand)) return 'image/heic';
    if (brand === 'jxl ') return 'image/jxl';
  }
  if (isStill) return 'image/heif';
  if (major === 'crx ') return 'image/x-canon-cr3';
  if (major === 'qt  ') return 'video/quicktime';
  if (major.startsWith('M4A') || major.startsWith('M4B')) return 'audio/mp4';
  return 'video/mp4';
}

/**
 * True for QuickTime files from before 2001. They have no brand, and begin with one of the atoms that the specification
 * allows there. The first byte is part of the atom's length: from 16 MiB on it is not 0 and may be a letter, so only
 * two atoms count that no text has there.
 */
const isOldQuickTime = (bytes: Uint8Array): boolean =>
  (bytes[0] === 0 ? /^(moov|mdat|wide|free|skip|pnot)/ : /^(moov|mdat)/).test(ascii(bytes, 4, 8));

/**
 * True for packets of 188 bytes that begin with 0x47 (ISO/IEC 13818-1). Blu-ray and cameras write packets of 192 bytes,
 * with a time before each.
 */
const isTransportStream = (bytes: Uint8Array): boolean =>
  [
    [0, 188],
    [4, 192],
  ].some(
    ([start, length]) =>
      bytes.length > start! + 2 * length! &&
      [0, 1, 2, 3, 4].every((n) => (bytes[start! + n * length!] ?? 0x47) === 0x47),
  );

/**
 * True for icons and cursors: they begin with a directory of at least one picture. Where it has 256 or more, the byte
 * of its first entry that must be 0 is checked too.
 */
const isIcon = (bytes: Uint8Array) => /^\0\0[\x01\x02]\0([^\0]\0|.[^\0].{3}\0)/s.test(ascii(bytes, 0, 10));

/** Readers of PDF accept so many bytes before its signature (ISO 32000-1, annex H.3.4.1). */
const beforePdf = 1024;

/** True for a PDF behind other bytes. In a text the version must follow, because a text may only mention `%PDF-`. */
const isPdf = (head: Uint8Array, isText: boolean) =>
  (isText ? /%PDF-\d/ : /%PDF-/).test(ascii(head, 0, beforePdf + 6));

/**
 * True for TGA. It has no signature at its beginning, but its header of 18 bytes has few legal values (Truevision TGA
 * 2.0: image type 1–3 or 9–11, fields of a colour map only where there is one, 8…32 bits a pixel).
 */
function isTga(bytes: Uint8Array): boolean {
  if (bytes.length < 18) return false;
  const [, mapType, imageType, , , , , mapBits] = bytes;
  const width = bytes[12]! + 256 * bytes[13]!;
  const height = bytes[14]! + 256 * bytes[15]!;
  const isMapped = imageType === 1 || imageType === 9;
  const hasMap = mapType === 1 && [15, 16, 24, 32].includes(mapBits!);
  const hasNoMap = mapType === 0 && bytes.subarray(3, 8).every((byte) => byte === 0);
  return (
    [1, 2, 3, 9, 10, 11].includes(imageType!) &&
    (isMapped ? hasMap : hasNoMap || hasMap) &&
    [8, 15, 16, 24, 32].includes(bytes[16]!) &&
    bytes[17]! < 0x40 &&
    width > 0 &&
    height > 0
  );
}

/**
 * True for PCX. Its signature is one byte, but its header of 128 bytes has few legal values (ZSoft PCX technical
 * reference).
 */
const isPcx = (bytes: Uint8Array): boolean =>
  bytes.length >= 128 &&
  bytes[0] === 0x0a &&
  [0, 2, 3, 4, 5].includes(bytes[1]!) &&
  bytes[2]! <= 1 &&
  [1, 2, 4, 8].includes(bytes[3]!) &&
  bytes[64] === 0 &&
  bytes[65]! >= 1 &&
  bytes[65]! <= 4;

/**
 * True for WBMP. It has no signature: type 0, no extension, width and height of up to three bytes each, then the pixels
 * and nothing more (WAP-237). `bytes` is the whole file.
 */
function isWbmp(bytes: Uint8Array): boolean {
  if (bytes.length < 5 || bytes[0] !== 0 || bytes[1] !== 0) return false;
  let at = 2;
  const next = (): number => {
    for (let value = 0, most = at + 3; at < most; ) {
      const byte = bytes[at++] ?? 0;
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
    return 0;
  };
  const [width, height] = [next(), next()];
  return width > 0 && height > 0 && bytes.length === at + Math.ceil(width / 8) * height;
}

/** True for an X bitmap: C source that begins with the definition of a width. */
const isXbm = (head: string): boolean =>
  /^\s*(\/\*[\s\S]{0,2000}?\*\/\s*)?#define\s+\S*width\s+\d+\s*\n/.test(head);

/** Fewer bytes that are neither UTF-8 nor UTF-16 do not count as text: they may lack control characters by chance. */
const surelyText = 64;

const isControl = (code: number) => code < 9 || (code > 13 && code < 32 && code !== 27);

/** The bytes as text in UTF-8, UTF-16 or Latin-1 (for every other code page). Undefined where they are no text. */
function textIn(bytes: Uint8Array): string | undefined {
  const known = utf16(bytes) ?? utf8(bytes);
  if (known === undefined && bytes.length < surelyText) return undefined;
  const text = known ?? Buffer.from(bytes).toString('latin1');
  // A text has no control characters besides white space and escape.
  for (let at = 0; at < text.length; at++) if (isControl(text.charCodeAt(at))) return undefined;
  return text;
}

/** The bytes as text in UTF-8; undefined where they are none. */
function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

/** The bytes as text in UTF-16, with a mark or a first character below U+0100. Undefined where they are none. */
function utf16(bytes: Uint8Array): string | undefined {
  const [a, b] = bytes;
  const isBig = (a === 0xfe && b === 0xff) || (a === 0 && b !== 0);
  const isLittle = (a === 0xff && b === 0xfe) || (a !== 0 && b === 0);
  if (bytes.length < 2 || !(isBig || isLittle)) return undefined;
  const even = bytes.subarray(0, bytes.length - (bytes.length % 2));
  const text = new TextDecoder(isBig ? 'utf-16be' : 'utf-16le').decode(even, { stream: true });
  return text.includes('\ufffd') ? undefined : text;
}

/** The media type of a text by its beginning; undefined where the bytes are no text. */
function textual(bytes: Uint8Array): string | undefined {
  const text = textIn(bytes);
  if (text === undefined) return undefined;
  const head = text.trimStart().toLowerCase();
  if (/^(<!doctype html|<html|<head|<body)/.test(head)) return 'text/html';
  if (head.startsWith('<?xml')) return 'text/xml';
  return 'text/plain';
}

/**
 * The media type of a file by its bytes alone, never by a name or header: a registered or customary type, `emptyType`
 * (`application/x-empty`) for no bytes, `text/plain` for other text, `unknownType` (`application/octet-stream`) for
 * other bytes. Pure.
 */
export function sniff(bytes: Uint8Array): string {
  if (bytes.length === 0) return emptyType;
  const head = bytes.subarray(0, sniffLength);
  const signed = signatures.find((signature) => holds(head, signature));
  if (signed?.[0] === 'image/png') return isAnimatedPng(bytes) ? 'image/apng' : 'image/png';
  if (signed?.[0] === 'application/x-ole-storage' && isOutlook(bytes)) return 'application/vnd.ms-outlook';
  const archive = signed ? undefined : archiveKind(bytes);
  if (signed || archive) return signed?.[0] ?? archive!.mediaType;
  const iso = isoMedia(head) ?? (isOldQuickTime(head) ? 'video/quicktime' : undefined);
  if (iso) return iso;
  if (isIcon(head)) return 'image/x-icon';
  const magic = ascii(head, 0, 4);
  if (magic === '\x1aE\xdf\xa3')
    return ascii(head, 0, 64).includes('webm') ? 'video/webm' : 'video/x-matroska';
  if (/^P[1-7][\s#]/.test(magic)) return 'image/x-portable-anymap';
  if (/^P[Ff]\s/.test(magic)) return 'image/x-portable-floatmap';
  if (/^\xff[\xe2\xe3\xf2\xf3\xfa\xfb]/.test(magic)) return 'audio/mpeg';
  if (isTarHeader(head)) return 'application/x-tar';
  if (isPcx(head)) return 'image/x-pcx';
  if (isWbmp(bytes)) return 'image/vnd.wap.wbmp';
  if (isMailbox(head)) return 'application/mbox';
  if (isMail(head)) return 'message/rfc822';
  const text = textual(head);
  if (text && isXbm(ascii(head, 0, head.length))) return 'image/x-xbitmap';
  if (isPdf(head, text !== undefined)) return 'application/pdf';
  const root = xmlRoot(bytes);
  if (root === 'svg' || root === 'beyond') return 'image/svg+xml';
  if (text) return text;
  const stream = elementaryStream(ascii(head, 0, head.length));
  if (stream) return stream;
  if (isProgram(head)) return 'application/vnd.microsoft.portable-executable';
  if (isTransportStream(head)) return 'video/mp2t';
  return isTga(head) ? 'image/x-tga' : unknownType;
}
