import { isTarHeader } from '../core/index.js';

const block = 512;

/** A piece of a file that was stored without its zeros: where it belongs, and its bytes. */
interface Piece {
  readonly offset: number;
  readonly length: number;
}

/** A file without its zeros: its pieces, and its bytes with them. */
export interface Sparse {
  readonly pieces: readonly Piece[];
  readonly size: number;
}

/** A member of a kind that only GNU tar knows, as its header tells it. */
export interface GnuMember {
  /** Letter of the kind: `S` without its zeros, `V` the label, `D` the names in a folder, `M` the rest of a file of another volume. */
  readonly flag: string;
  /** Bytes of it in the archive. */
  readonly size: number;
  readonly sparse?: Sparse;
}

/** A number of a header: octal digits, or the bytes behind a mark (GNU tar manual, "Basic Tar Format"). */
function numberAt(header: Buffer, at: number, length: number): number {
  if (header[at]! & 0x80)
    return header.subarray(at + 1, at + length).reduce((sum, byte) => sum * 256 + byte, 0);
  return Number.parseInt(header.toString('latin1', at, at + length), 8) || 0;
}

/** Pieces that a header, or a block that goes on with it, names. */
function* piecesIn(bytes: Buffer, from: number, count: number): Generator<Piece> {
  for (let at = from; at < from + count * 24; at += 24)
    if (bytes[at] !== 0) yield { offset: numberAt(bytes, at, 12), length: numberAt(bytes, at + 12, 12) };
}

/** Flags that are no member: they tell of the next one. */
const aside = new Set(['x', 'g', 'L', 'K']);

/**
 * Passes the bytes of a tar file on, and tells its members that only GNU tar knows, in their order. Blocks that go on with the
 * header of a sparse file are left out, because readers of the standard take them for the file.
 */
export function gnuMembers(source: AsyncIterable<Uint8Array>) {
  const found: GnuMember[] = [];
  /** A sparse file whose header goes on. */
  let pending: { readonly header: Buffer; readonly size: number; readonly pieces: Piece[] } | undefined;

  /** Bytes behind a header that are no header. */
  function begin(header: Buffer): number {
    if (!isTarHeader(header))
      // What is no header is for the reader to judge: from there on nothing is told.
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
  /** The same once the header of a sparse file is at its end. */
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
    /** The next such member, where it is of this size. */
    next: (size: number): GnuMember | undefined => (found[0]?.size === size ? found.shift() : undefined),
  };
}

const roundedUp = (size: number) => Math.ceil(size / block) * block;

/** Attributes that say how a file is stored without its zeros (GNU tar manual, "Storing Sparse Files", formats 0.1 and 1.0). */
export interface SparseAttributes {
  readonly 'GNU.sparse.major'?: string;
  readonly 'GNU.sparse.map'?: string;
  readonly 'GNU.sparse.realsize'?: string;
  readonly 'GNU.sparse.size'?: string;
}

/** The same by attributes; of the newest format the pieces stand before the bytes. Undefined where they are not told in a way that is read. */
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

/** A file with its zeros. Ends with an error where its pieces are not in it, or not there. */
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
