import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { Skip } from '../core/errors.js';
import type { Inside } from '../core/scan.js';
import type { ByteStore, Unread } from '../core/types.js';
import type { Budget } from './budget.js';
import { archiveDamaged, type Collected, collect, damaged } from './collect.js';
import { distinctNames } from './names.js';
import { chunksOf } from './store.js';

/** Deflate is all that yauzl unpacks; the others are rare. */
const methods: Record<number, string> = {
  1: 'Shrink',
  6: 'Implode',
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'xz',
  98: 'PPMd',
};

type Done = (error: Error | null) => void;

async function openZip(store: ByteStore): Promise<ZipFile> {
  const { fromRandomAccessReaderPromise, RandomAccessReader } = await import('yauzl');
  class StoreReader extends RandomAccessReader {
    override _readStreamForRange(start: number, end: number): Readable {
      return Readable.from(chunksOf(store, start, end), { objectMode: false });
    }
    override read(into: Buffer, offset: number, length: number, position: number, done: Done): void {
      store.read(position, length).then((bytes) => {
        into.set(bytes, offset);
        done(bytes.length < length ? new Error('unexpected end of file') : null);
      }, done);
    }
  }
  // Names and sizes are judged here: what yauzl calls invalid is a file all the same.
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: false };
  return fromRandomAccessReaderPromise(new StoreReader(), store.size, options);
}

/** Scrambling of fonts, which hides no picture (EPUB Open Container Format, 4.4; Adobe's older way). */
const ofFonts = ['http://www.idpf.org/2008/embedding', 'http://ns.adobe.com/pdf/enc#RC'];

/**
 * Whether a member says that others are encrypted, which their headers do not tell: OpenDocument 1.2 part 3, 4.4 and
 * EPUB Open Container Format, 3.5.2.2. Pure.
 */
function tellsOfEncryption(name: string, bytes: Uint8Array | undefined): boolean {
  if (!bytes || !/^META-INF\/(manifest|encryption)\.xml$/i.test(name)) return false;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (/manifest/i.test(name)) return /<(\w+:)?encryption-data[\s>]/.test(text);
  const algorithms = text.matchAll(/EncryptionMethod\s+Algorithm\s*=\s*["']([^"']+)/g);
  return [...algorithms].some(([, algorithm]) => !ofFonts.includes(algorithm!));
}

/** Zip files, and what is one: docx, xlsx, pptx, odt, epub, cbz, jar, apk. */
export async function* zipMembers(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  const { getFileNameLowLevel } = await import('yauzl');
  const distinct = distinctNames();
  let isLocked = false;
  try {
    const zip = await openZip(store);
    for await (const entry of zip.eachEntry()) {
      budget.member();
      const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
      const name = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);
      if (/[\\/]$/.test(name) && entry.uncompressedSize === 0) continue; // a directory
      const got = await read(zip, entry, budget);
      isLocked ||= tellsOfEncryption(name, got.bytes);
      yield { member: distinct(name), ...got };
    }
    if (isLocked) throw new Skip('encrypted', 'the document says that parts of it are encrypted');
  } catch (error) {
    if (error instanceof Error && /strong encryption/.test(error.message))
      throw new Skip('encrypted', 'the archive cannot be read without its password');
    throw archiveDamaged(error);
  }
}

async function read(zip: ZipFile, entry: Entry, budget: Budget): Promise<Collected> {
  if (entry.isEncrypted() || entry.compressionMethod === 99)
    return { unread: skipped('encrypted', 'it cannot be read without its password') };
  const { compressionMethod: method } = entry;
  if (!entry.canDecodeFileData())
    return { unread: skipped('unsupported-format', `packed by ${methods[method] ?? `method ${method}`}`) };
  let stream: Readable;
  try {
    stream = await zip.openReadStreamPromise(entry);
  } catch (error) {
    return { unread: damaged('the member is not where the archive says', error) };
  }
  try {
    const got = await collect(stream, budget);
    // What an unpacker shows with a warning is looked at, too.
    if (!got.unread && (got.bytes!.length !== entry.uncompressedSize || crc32(got.bytes!) !== entry.crc32))
      return { ...got, unread: damaged('the member is not what its checksum and size say') };
    return got;
  } finally {
    stream.destroy();
  }
}

const skipped = (reason: string, message: string): Unread => ({ kind: 'skipped', reason, message });
