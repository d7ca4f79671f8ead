import { crc32 } from 'node:zlib';
import { type LinesRead, UsageError } from '../../core/index.js';
import type { Category, ListIdentity } from '../../core/types.js';
import { pageSize } from '../image.js';
import { permutationId } from '../permutation.js';
import { isCompiled, magic } from './magic.js';

/**
 * A compiled list (docs/search-index.md): a header of 4096 bytes, then the body in pages of 4 KiB, then the CRC-32 of every
 * page. All numbers are little-endian. The body's last section is this description, as JSON.
 */
export interface CompiledMeta {
  /** Version of the program that made the file. */
  readonly tool: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly lists: readonly CompiledIdentity[];
  readonly columns: readonly ColumnMeta[];
  /** JSON texts `{ list, category, … }`, one after the other, and the end of each (f64). */
  readonly labels: { readonly count: number; readonly ends: Section; readonly text: Section };
}

/** A source list and what it holds, for `list info`. */
export interface CompiledIdentity extends ListIdentity {
  /** Hashes by algorithm. */
  readonly hashes: Readonly<Record<string, number>>;
  /** Hashes by category. */
  readonly categories: Readonly<Partial<Record<Category, number>>>;
  /** Absent in files of older versions. */
  readonly read?: LinesRead;
  /** When the source list was last updated, ISO 8601, UTC; absent in files of older versions. */
  readonly updatedAt?: string;
}

/** A range of bytes in the body. Every section starts on a page. */
export interface Section {
  readonly offset: number;
  readonly length: number;
}

/**
 * Where one algorithm's hashes are. A row is a distinct hash; listed hashes belong to rows and are stored in the order
 * of rows.
 */
export interface ColumnMeta {
  readonly algorithm: string;
  readonly bits: number;
  /** Number of distinct hashes. */
  readonly rows: number;
  /** Number of listed hashes. */
  readonly hashes: number;
  /** For perceptual hashes: the images of an index (shard.ts). */
  readonly shards?: readonly { readonly rows: number; readonly image: Section }[];
  /** For digests, and for hashes that the index does not take: the hashes in order, and where each value of their first 16 bits starts (65 537 u32). */
  readonly sorted?: { readonly starts: Section; readonly rows: Section };
  /** True where `sorted` holds hashes whose near ones match too: whoever searches compares with all of them. */
  readonly searchedWhole?: true;
  /** Where each row ends, counted in hashes (u32). */
  readonly rowEnds: Section;
  /** Labels of each hash (u32). */
  readonly labels: Section;
  /** Where the id of each hash ends in `ids` (f64). */
  readonly idEnds: Section;
  /** The ids, UTF-8, one after the other. */
  readonly ids: Section;
}

/** The header of a compiled list. */
export interface Header {
  /** Length of the body in bytes: whole pages. */
  readonly bodyLength: number;
  readonly meta: Section;
  /** CRC-32 of the table of page checksums. */
  readonly tableCrc: number;
  /** SHA-256 of everything after the header, 32 bytes. */
  readonly sha256: Uint8Array;
}

/** Length of the header in bytes. */
export const headerLength = 4096;

/** Must change with every change of the layout. */
export const formatVersion = 3;

export function encodeHeader(header: Header): Uint8Array {
  const bytes = new Uint8Array(headerLength);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint32(8, formatVersion, true);
  view.setUint32(12, pageSize, true);
  view.setUint32(16, permutationId, true);
  view.setUint32(20, header.tableCrc, true);
  view.setFloat64(24, header.bodyLength, true);
  view.setFloat64(32, header.meta.offset, true);
  view.setFloat64(40, header.meta.length, true);
  bytes.set(header.sha256, 64);
  view.setUint32(headerLength - 4, crc32(bytes.subarray(0, headerLength - 4)), true);
  return bytes;
}

/** Length in bytes of a file with a body of this length. */
export const fileLength = (bodyLength: number): number =>
  headerLength + bodyLength + (bodyLength / pageSize) * 4;

/**
 * Reads a header. Raises UsageError where it is damaged or of another version, and where it names another length than
 * the file has.
 */
export function decodeHeader(bytes: Uint8Array, length: number): Header {
  if (!isCompiled(bytes)) throw new UsageError('this is no compiled list');
  if (bytes.length < headerLength) throw new UsageError(`the file is cut short: ${again}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const version = view.getUint32(8, true);
  if (version !== formatVersion) {
    throw new UsageError(
      `made in version ${version} of the format, this program reads ${formatVersion}: ${again}`,
    );
  }
  if (view.getUint32(headerLength - 4, true) !== crc32(bytes.subarray(0, headerLength - 4))) {
    throw new UsageError(`the header is damaged: ${again}`);
  }
  if (view.getUint32(12, true) !== pageSize || view.getUint32(16, true) !== permutationId) {
    throw new UsageError(`made for another kind of index: ${again}`);
  }
  const header = {
    tableCrc: view.getUint32(20, true),
    bodyLength: view.getFloat64(24, true),
    meta: { offset: view.getFloat64(32, true), length: view.getFloat64(40, true) },
    sha256: bytes.slice(64, 96),
  };
  if (fileLength(header.bodyLength) !== length) {
    throw new UsageError(`${length} bytes long where ${fileLength(header.bodyLength)} are told: ${again}`);
  }
  const { offset, length: metaLength } = header.meta;
  if (!isPlace(offset) || !isPlace(metaLength) || offset + metaLength > header.bodyLength)
    throw new UsageError(`what the header tells lies outside the file: ${again}`);
  return header;
}

const isPlace = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** What to do about any damage. */
export const again = 'compile the list again';
