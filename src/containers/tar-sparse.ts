import { isTarHeader } from '../core/index.js';

const block = 512;

/** A piece of a file that the archive stores without its zeros: its place in the file, and its length in bytes. */
interface Piece {
  readonly offset: number;
  readonly length: number;
}

/** How to put a file together that the archive stores without its zeros. */
export interface Sparse {
  /** The pieces that the archive stores, one behind the other. */
  readonly pieces: readonly Piece[];
  /** Bytes of the file with its zeros. */
  readonly size: number;
}

/** A member of a kind that only GNU tar knows, as its header describes it. */
export interface GnuMember {
  /**
   * The letter of its kind: `S` a file without its zeros, `V` the label of the archive, `D` the names in a folder, `M`
   * the rest of a file that began on another volume.
   */
  readonly flag: string;
  /** How many bytes the archive stores of it. */
  readonly size: number;
  /** How to put it together; only for `S`. */
  readonly sparse?: Sparse;
}

/** Reads a number of a header: octal digits, or binary behind a mark (GNU tar manual, "Basic Tar Format"). */
function numberAt(header: Buffer, at: number, length: number): number {
  if (header[at]! & 0x80)
    return header.subarray(at + 1, at + length).reduce((sum, byte) => sum * 256 + byte, 0);
  return Number.parseInt(header.toString('latin1', at, at + length), 8) || 0;
}

/** Yields the pieces that a header names, or a block that continues the header. */
function* piecesIn(bytes: Buffer, from: number, count: number): Generator<Piece> {
  for (let at = from; at < from + count * 24; at += 24)
    if (bytes[at] !== 0) yield { offset: numberAt(bytes, at, 12), length: numberAt(bytes, at + 12, 12) };
}

/** Flags of headers that describe the next member, and are no members themselves. */
const aside = new Set(['x', 'g', 'L', 'K']);

/**
 * Passes the bytes of a tar file on (`chunks`), and collects the members that only GNU tar knows (`next`). It leaves
 * out the blocks that continue the header of a sparse file, because readers of the standard format would take them for
 * its bytes.
 */
export function gnuMembers(source: AsyncIterable<Uint8Array>) {
  const found: GnuMember[] = [];
  /** The sparse file whose header the following blocks continue. */
  let pending: { readonly header: Buffer; readonly size: number; readonly pieces: Piece[] } | undefined;

  /** Reads a header. Returns how many bytes of the member follow before the next header. */
  function begin(header: Buffer): number {
    if (!isTarHeader(header))
      // The reader judges what is no header: from there on, this function only passes bytes on.
      return header.every((byte) => byte === 0) ? 0 : Number.POSITIVE_INFINITY;
    const flag = String.fromCharCode(header[156]!);
    const size = numberAt(header, 124, 12);
    if (flag === 'S') {
      pending = { header, size, pieces: [...piecesIn(header, 386, 4)] };
      return goOn(header[482] === 0);
    }
    if (/[A-Z]/.test(flag) && !aside.has(flag)) found.push({ flag, size });
    return flag === '5' ? 0 : roundedUp(size);
  }
  /** Ends the header of a sparse file if no block continues it. Returns the same as `begin`. */
  function goOn(isOver: boolean): number {
    if (!isOver) return 0;
    const { header, size, pieces } = pending!;
    found.push({ flag: 'S', size, sparse: { pieces, size: numberAt(header, 483, 12) } });
    pending = undefined;
    return roundedUp(size);
  }

  async function* chunks(): AsyncGenerator<Uint8Array> {
    let rest: Buffer = Buffer.alloc(0);
    let toPass = 0;
    for await (const chunk of source) {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= (toPass > 0 ? 1 : block)) {
        const some = rest.subarray(0, toPass > 0 ? toPass : block);
        rest = rest.subarray(some.length);
        if (toPass > 0) {
          toPass -= some.length;
          yield some;
        } else if (pending) {
          pending.pieces.push(...piecesIn(some, 0, 21));
          toPass = goOn(some[504] === 0);
        } else {
          toPass = begin(some);
          yield some;
        }
      }
    }
    if (rest.length > 0) yield rest;
  }
  return {
    chunks: chunks(),
    /** The next GNU member if the archive stores `size` bytes of it; otherwise undefined. */
    next: (size: number): GnuMember | undefined => (found[0]?.size === size ? found.shift() : undefined),
  };
}

const roundedUp = (size: number) => Math.ceil(size / block) * block;

/**
 * The pax attributes of a file that is stored without its zeros (GNU tar manual, "Storing Sparse Files", formats 0.1
 * and 1.0). All numbers are decimal.
 */
export interface SparseAttributes {
  /** The version of the format: `1` if the pieces stand before the bytes. */
  readonly 'GNU.sparse.major'?: string;
  /** The pieces as `place,length,place,length,…` (format 0.1). */
  readonly 'GNU.sparse.map'?: string;
  /** Bytes of the file with its zeros (format 1.0). */
  readonly 'GNU.sparse.realsize'?: string;
  /** Bytes of the file with its zeros (format 0.1). */
  readonly 'GNU.sparse.size'?: string;
}

/**
 * Reads from the pax attributes how to put a sparse file together. Returns that and the bytes of its pieces: in format
 * 1.0, the list of pieces stands before these. Undefined if the attributes describe no sparse file of format 0.1 or
 * 1.0.
 */
export function sparseOf(
  attributes: SparseAttributes,
  bytes: Uint8Array,
): { readonly sparse: Sparse; readonly bytes: Uint8Array } | undefined {
  const size = Number(attributes['GNU.sparse.realsize'] ?? attributes['GNU.sparse.size']);
  if (!Number.isSafeInteger(size)) return undefined;
  const map = attributes['GNU.sparse.map'];
  if (map !== undefined) return { sparse: { pieces: pairs(map.split(',').map(Number)), size }, bytes };
  if (attributes['GNU.sparse.major'] !== '1') return undefined;
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const numbers: number[] = [];
  let at = 0;
  do {
    const end = all.indexOf('\n', at);
    if (end < 0 || end - at > 20) return undefined;
    numbers.push(Number(all.toString('latin1', at, end)));
    at = end + 1;
  } while (numbers.length <= 2 * numbers[0]!);
  return {
    sparse: { pieces: pairs(numbers.slice(1)), size },
    bytes: bytes.subarray(Math.ceil(at / block) * block),
  };
}

const pairs = (numbers: readonly number[]): Piece[] =>
  Array.from({ length: numbers.length >> 1 }, (_, n) => ({
    offset: numbers[2 * n]!,
    length: numbers[2 * n + 1]!,
  }));

/** Puts a sparse file together. Raises an Error if a piece lies outside the file, or if its bytes are missing. */
export function withZeros(bytes: Uint8Array, { pieces, size }: Sparse): Uint8Array {
  const whole = Buffer.alloc(size);
  let from = 0;
  for (const { offset, length } of pieces) {
    if (!(offset >= 0 && length >= 0 && offset + length <= size && from + length <= bytes.length))
      throw new Error('its map does not fit');
    whole.set(bytes.subarray(from, from + length), offset);
    from += length;
  }
  return whole;
}
