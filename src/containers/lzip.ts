import type { ByteStore } from '../core/types.js';

const headerLength = 6;
const trailerLength = 20;

/**
 * Yields the members of an lzip file as lzma files: both formats hold the same stream, with different headers and
 * trailers (lzip's manual, "File format"). Each member ends with its own length, so the function finds them from the
 * end of the file backwards. Raises an Error if they do not fill the file.
 */
export async function* lzipMembers(store: ByteStore): AsyncGenerator<ByteStore> {
  const members: { readonly from: number; readonly to: number }[] = [];
  for (let to = store.size; to > 0; to = members[0]!.from) {
    if (to < headerLength + trailerLength) throw cut();
    const length = Number(Buffer.from(await store.read(to - 8, 8)).readBigUInt64LE());
    if (length > to || length < headerLength + trailerLength) throw cut();
    members.unshift({ from: to - length, to });
  }
  for (const { from, to } of members) {
    const header = Buffer.from(await store.read(from, headerLength));
    if (header.toString('latin1', 0, 5) !== 'LZIP\x01') throw cut();
    yield lzmaOf(store, { from, to }, dictionaryOf(header[5]!));
  }
}

const cut = () => new Error('the lzip file is cut, or something stands behind its end');

/** The size of the dictionary in bytes: a power of two, at least what the code means, because 7-Zip takes no others. */
const dictionaryOf = (code: number) => 2 ** Math.min(Math.max(code & 31, 12), 29);

/** The same stream behind a header of lzma: properties 3, 0 and 2, the size of the dictionary, no length. */
function lzmaOf(store: ByteStore, { from, to }: { from: number; to: number }, dictionary: number): ByteStore {
  const header = Buffer.alloc(13, 0xff);
  header[0] = 0x5d;
  header.writeUInt32LE(dictionary, 1);
  const size = header.length + to - from - headerLength - trailerLength;
  return {
    size,
    async read(position, length) {
      const until = Math.min(size, position + length);
      if (position >= header.length)
        return store.read(from + headerLength + position - header.length, Math.max(0, until - position));
      const rest = until > header.length ? await store.read(from + headerLength, until - header.length) : [];
      return Buffer.concat([header.subarray(position, until), Buffer.from(rest)]);
    },
    close: async () => {},
  };
}
