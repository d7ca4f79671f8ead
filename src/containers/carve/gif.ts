import type { Span } from '../types.js';

const [extension, picture, trailer] = [0x21, 0x2c, 0x3b];
const tableBytes = (flags: number) => ((flags & 0x80) !== 0 ? 3 << ((flags & 7) + 1) : 0);

/**
 * Where the GIF ends that begins at `at` (GIF89a, 17 to 27), and its comments and other extensions (`records`).
 * Undefined if none begins there. Pure.
 */
export function gifAt(all: Buffer, at: number): { end: number; records: Span[] } | undefined {
  if (!/^GIF8[79]a/.test(all.toString('latin1', at, at + 6)) || at + 14 > all.length) return undefined;
  if (all.readUInt16LE(at + 6) === 0 || all.readUInt16LE(at + 8) === 0) return undefined;
  const records: Span[] = [];
  const endOfBlocks = (from: number) => {
    let block = from;
    while (block < all.length && all[block] !== 0) block += 1 + all[block]!;
    return block + 1;
  };
  let next = at + 13 + tableBytes(all[at + 10]!);
  const first = all[next];
  if (first !== extension && first !== picture && first !== trailer) return undefined;
  while (next < all.length) {
    const kind = all[next];
    if (kind === trailer) return { end: next + 1, records };
    if (kind === extension) {
      const end = endOfBlocks(next + 2);
      if (all[next + 1] !== 0xf9) records.push({ from: next + 2, to: Math.min(end, all.length) });
      next = end;
    } else if (kind === picture && next + 10 < all.length)
      next = endOfBlocks(next + 11 + tableBytes(all[next + 9]!));
    else break;
  }
  return { end: all.length, records };
}
