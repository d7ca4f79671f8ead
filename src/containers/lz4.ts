import type { ByteStore } from '../core/types.js';

/** How many bytes back a block may point into the blocks before it (LZ4 frame format 1.6). */
const windowLength = 1 << 16;

const magics = { frame: 0x184d2204, legacy: 0x184c2102, skippable: 0x184d2a5 } as const;

/** The most unpacked bytes of a block of the legacy format. */
const legacyBlock = 8 << 20;

const broken = () => new Error('the lz4 file is damaged or cut');

/** Reads a store from its beginning on. `take`, `skip` and `u32` raise an Error at the end of the store. */
class Cursor {
  at = 0;
  constructor(private readonly store: ByteStore) {}
  get isAtEnd(): boolean {
    return this.at >= this.store.size;
  }
  async take(length: number): Promise<Buffer> {
    const bytes = await this.store.read(this.at, length);
    if (bytes.length < length) throw broken();
    this.at += length;
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  skip(length: number): void {
    if (this.at + length > this.store.size) throw broken();
    this.at += length;
  }
  async u32(): Promise<number> {
    return (await this.take(4)).readUInt32LE();
  }
}

/** Yields the unpacked bytes of all frames of an lz4 file. Raises an Error where it is damaged; checks no checksums. */
export async function* lz4Chunks(store: ByteStore): AsyncGenerator<Uint8Array> {
  const cursor = new Cursor(store);
  while (!cursor.isAtEnd) {
    const magic = await cursor.u32();
    if (magic === magics.frame) yield* frame(cursor);
    else if (magic === magics.legacy) yield* legacyFrame(cursor);
    else if (magic >>> 4 === magics.skippable) cursor.skip(await cursor.u32());
    else throw broken();
  }
}

async function* frame(cursor: Cursor): AsyncGenerator<Uint8Array> {
  const [flags, descriptor] = await cursor.take(2);
  if (flags! >> 6 !== 1) throw broken();
  const has = (bit: number) => (flags! & bit) !== 0;
  await cursor.take((has(8) ? 8 : 0) + (has(1) ? 4 : 0) + 1);
  if (has(1)) throw new Error('the lz4 file needs a dictionary');
  const longest = 1 << (8 + 2 * ((descriptor! >> 4) & 7));
  const isLinked = !has(32);
  let before: Uint8Array = new Uint8Array();
  for (let length = await cursor.u32(); length !== 0; length = await cursor.u32()) {
    const isPacked = length >>> 31 === 0;
    const size = length & 0x7fffffff;
    if (size > longest) throw broken();
    const packed = await cursor.take(size);
    if (has(16)) await cursor.take(4);
    const block = isPacked ? unpackBlock(packed, before, longest) : packed;
    yield block;
    if (isLinked) before = lastOf(before, block);
  }
  if (has(4)) await cursor.take(4);
}

/** The last bytes, to which later blocks may point. */
const lastOf = (before: Uint8Array, block: Uint8Array): Uint8Array =>
  block.length >= windowLength
    ? block.subarray(-windowLength)
    : Buffer.concat([before, block]).subarray(-windowLength);

/** Reads blocks up to the end of the file or the next frame. The magic number of a frame is too large for a length. */
async function* legacyFrame(cursor: Cursor): AsyncGenerator<Uint8Array> {
  while (!cursor.isAtEnd) {
    const length = await cursor.u32();
    if (length > 2 * legacyBlock) {
      cursor.at -= 4;
      return;
    }
    yield unpackBlock(await cursor.take(length), new Uint8Array(), legacyBlock);
  }
}

/**
 * Unpacks one block (LZ4 block format): runs of literals, each followed by a copy of earlier bytes.
 * @param before the earlier bytes in which copies may begin.
 * @param longest the most bytes to which the block may unpack.
 */
function unpackBlock(packed: Buffer, before: Uint8Array, longest: number): Uint8Array {
  const into = Buffer.allocUnsafe(before.length + longest);
  into.set(before);
  let to = before.length;
  let at = 0;
  const more = (length: number) => {
    if (length < 15) return length;
    let all = length;
    for (let byte = 255; byte === 255; all += byte) {
      if (at >= packed.length) throw broken();
      byte = packed[at++]!;
    }
    return all;
  };
  while (at < packed.length) {
    const token = packed[at++]!;
    const literals = more(token >> 4);
    if (at + literals > packed.length || to + literals > into.length) throw broken();
    into.set(packed.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    if (at === packed.length) break;
    if (at + 2 > packed.length) throw broken();
    const offset = packed.readUInt16LE(at);
    at += 2;
    const length = 4 + more(token & 15);
    if (offset === 0 || offset > to || to + length > into.length) throw broken();
    for (const end = to + length; to < end; ) {
      // A copy may reach into the bytes that it makes. Each step copies as many as exist already.
      const step = Math.min(offset, end - to);
      into.copyWithin(to, to - offset, to - offset + step);
      to += step;
    }
  }
  return into.subarray(before.length, to);
}
