import type { Span } from '../types.js';

/** Tags of TIFF 6.0 and EXIF 2.3 that say where bytes lie. */
const tags = { width: 256, strips: 273, stripBytes: 279, tiles: 324, tileBytes: 325 } as const;
const directories = [330, 34665, 34853, 40965];
/** Bytes of a value, by its type. Other types do not exist. */
const sizes: Readonly<Record<number, number>> = {
  ...{ 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4 },
};
const mostDirectories = 4096;
const mostEntries = 1024;
const mostValues = 1 << 20;

/** The most entries in the first directory of a picture that lies within other bytes. */
const mostEntriesInside = 256;

/**
 * Whether `all` begins with a TIFF file that holds a picture. The function reads the first directory, whose entries
 * must be in order, as the format demands. EXIF data begin like a TIFF file, but name no picture there. Pure.
 */
export function isTiff(all: Buffer): boolean {
  const isLittle = all.toString('latin1', 0, 2) === 'II';
  const u16 = (p: number) => (isLittle ? all.readUInt16LE(p) : all.readUInt16BE(p));
  const start = isLittle ? all.readUInt32LE(4) : all.readUInt32BE(4);
  if (start < 8 || start + 2 > all.length) return false;
  const entries = u16(start);
  if (entries < 3 || entries > mostEntriesInside || start + 2 + 12 * entries > all.length) return false;
  const held = Array.from({ length: entries }, (_, n) => u16(start + 2 + 12 * n));
  const isOrdered = held.every((tag, n) => n === 0 || tag >= held[n - 1]!);
  return isOrdered && held.includes(tags.width) && (held.includes(tags.strips) || held.includes(tags.tiles));
}

/** Markers of a JPEG that every decoder reads: its frames, its tables, the beginning of its scan. */
const frames = [0xc0, 0xc1, 0xc2];
const [quantizers, codes, scan] = [0xdb, 0xc4, 0xda];

/**
 * Whether bytes begin with a JPEG that has its own tables and is not of the lossless kind that cameras use for raw
 * data.
 */
function isWholeJpeg(bytes: Buffer): boolean {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return false;
  const seen = new Set<number>();
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1]!;
    if (marker === scan)
      return seen.has(quantizers) && seen.has(codes) && frames.some((frame) => seen.has(frame));
    seen.add(marker);
  }
  return false;
}

interface Walked {
  /** Bytes of pixels. */
  readonly pixels: Span[];
  /** Where the last byte ends that something points at. */
  end: number;
}

/**
 * Follows the directories of the TIFF file that begins at `at`, and those below them. Undefined if it has no first
 * directory. If the function cannot follow a directory, the pixels of that count as records, which the search looks
 * through. It does not follow BigTIFF. Pure.
 */
export function tiffAt(all: Buffer, at: number): Walked | undefined {
  const order = all.toString('latin1', at, at + 2);
  const isLittle = order === 'II';
  if ((!isLittle && order !== 'MM') || at + 8 > all.length) return undefined;
  const u16 = (p: number) => (isLittle ? all.readUInt16LE(p) : all.readUInt16BE(p));
  const u32 = (p: number) => (isLittle ? all.readUInt32LE(p) : all.readUInt32BE(p));
  if (u16(at + 2) !== 42) return undefined;
  const walked: Walked = { pixels: [], end: at + 8 };
  const seen = new Set<number>();
  const waiting = [u32(at + 4)];
  let values = 0;
  while (waiting.length > 0 && seen.size < mostDirectories) {
    const offset = waiting.pop()!;
    const start = at + offset;
    if (offset < 8 || start + 6 > all.length || seen.has(offset)) continue;
    seen.add(offset);
    const entries = u16(start);
    const end = start + 2 + 12 * entries;
    if (entries === 0 || entries > mostEntries || end > all.length) continue;
    walked.end = Math.max(walked.end, end + 4);
    const found = new Map<number, number[]>();
    for (let entry = start + 2; entry < end; entry += 12) {
      const [tag, size, count] = [u16(entry), sizes[u16(entry + 2)] ?? 0, u32(entry + 4)];
      if (size === 0) continue;
      const place = size * count <= 4 ? entry + 8 : at + u32(entry + 8);
      if (place + size * count > all.length) continue;
      walked.end = Math.max(walked.end, place + size * count);
      const isWanted = (Object.values(tags) as number[]).includes(tag) || directories.includes(tag);
      if (!isWanted || (size !== 2 && size !== 4)) continue;
      values += count;
      if (values > mostValues) return walked;
      const read = size === 2 ? u16 : u32;
      found.set(
        tag,
        Array.from({ length: count }, (_, n) => read(place + size * n)),
      );
    }
    for (const tag of directories) waiting.push(...(found.get(tag) ?? []));
    if (end + 4 <= all.length && u32(end) !== 0) waiting.push(u32(end));
    for (const [where, howMany] of [
      [tags.strips, tags.stripBytes],
      [tags.tiles, tags.tileBytes],
    ] as const) {
      const lengths = found.get(howMany);
      const places = found.get(where) ?? [];
      for (const [n, from] of places.entries()) {
        // Without a length, a decoder takes all bytes that follow.
        const to = Math.min(all.length, at + from + (lengths?.[n] ?? all.length));
        walked.end = Math.max(walked.end, to);
        // A whole JPEG is the preview of a camera. It does not count as pixels, so that the search finds it even if
        // libvips does not read its directory.
        if (places.length > 1 || !isWholeJpeg(all.subarray(at + from, to)))
          walked.pixels.push({ from: at + from, to });
      }
    }
  }
  walked.end = Math.min(walked.end, all.length);
  return seen.size > 0 ? walked : undefined;
}
