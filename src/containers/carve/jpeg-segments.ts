import { firstScan } from '../behind-jpeg.js';
import type { Joined, Span } from '../types.js';

/** Data that a JPEG spreads over several segments, because one segment holds at most 64 kB. */
export interface Series {
  /** The data, put together. */
  readonly joined: Joined;
  /** Where its pieces lie in the file. */
  readonly spans: readonly Span[];
}

/**
 * The kinds of segments that form a series: their marker, the name with which they begin, and the bytes before the
 * piece. Segments with the same bytes in `key` belong together; `order` is where the place of the piece stands.
 */
const heads: readonly {
  marker: number;
  name: string;
  length: number;
  key: [number, number];
  order?: number;
}[] = [
  // Extended XMP: a digest that all pieces share, the length of all, the place of the piece (XMP part 3, 1.1.3.1).
  { marker: 0xe1, name: 'http://ns.adobe.com/xmp/extension/\0', length: 75, key: [35, 67], order: 71 },
  // A profile: its number and how many there are (ICC.1:2010, B.4).
  { marker: 0xe2, name: 'ICC_PROFILE\0', length: 14, key: [0, 12] },
  // Photoshop's resources.
  { marker: 0xed, name: 'Photoshop 3.0\0', length: 14, key: [0, 14] },
  // Comments.
  { marker: 0xfe, name: '', length: 0, key: [0, 0] },
];

interface Piece extends Span {
  readonly order: number;
}

/** Finds data that lies in two segments or more before the pixels of a JPEG, and puts its pieces together. Pure. */
export function seriesOfJpeg(all: Buffer): Series[] {
  const end = firstScan(all) ?? 0;
  const found = new Map<string, Piece[]>();
  for (let at = 2; at + 4 <= end; ) {
    if (all[at] !== 0xff || all[at + 1] === 0xff) {
      at += 1;
      continue;
    }
    const to = at + 2 + all.readUInt16BE(at + 2);
    const data = all.subarray(at + 4, to);
    const head = heads.find(
      ({ marker, name }) => marker === all[at + 1] && data.toString('latin1', 0, name.length) === name,
    );
    if (head && data.length >= head.length && to <= end) {
      const key = `${head.marker} ${data.toString('latin1', ...head.key)}`;
      const order = head.order === undefined ? 0 : data.readUInt32BE(head.order);
      const pieces = found.get(key) ?? [];
      pieces.push({ from: at + 4 + head.length, to, order });
      found.set(key, pieces);
    }
    at = to;
  }
  return [...found.values()].filter((pieces) => pieces.length > 1).map((pieces) => joinedOf(all, pieces));
}

/** Joins pieces in the order that they name, or else in the order of the file. */
function joinedOf(all: Buffer, spans: readonly Piece[]): Series {
  const ordered = spans.toSorted((a, b) => a.order - b.order);
  const bytes = Buffer.concat(ordered.map(({ from, to }) => all.subarray(from, to)));
  return { joined: { at: spans[0]!.from, bytes }, spans };
}
