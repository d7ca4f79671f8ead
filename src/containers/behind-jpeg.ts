import { type Inside, StageError } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';

/** Markers and boxes that are looked at behind one picture: crafted chains of them would take for ever. */
const mostSteps = 1e6;

/** Bytes of a box that tells brands. */
const longestBrands = 1024;

const startOfImage = '\xff\xd8\xff';
/** The marker EOI, one character for each byte (ITU-T T.81, B.1.1.3). */
export const endOfImage = '\xff\xd9';
const startOfScan = 0xda;

/**
 * JPEG pictures and videos behind the end of a JPEG picture: those of multi-picture files (CIPA DC-007), gain maps, the videos
 * of motion photos, and whatever somebody hung on. Nothing where the bytes are no JPEG.
 */
export async function* behindJpeg(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  const bytes = await store.read(0, store.size);
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const found = { image: 1, video: 0 };
  for (const { kind, from, until } of piecesBehind(all)) {
    budget.member();
    budget.spend(until - from);
    found[kind] += 1;
    yield { member: `${kind}-${found[kind]}`, bytes: all.subarray(from, until) };
  }
}

interface Piece {
  readonly kind: 'image' | 'video';
  readonly from: number;
  readonly until: number;
  /** Where others may begin: a picture that has no end must not hide them. */
  readonly next: number;
}

function* piecesBehind(all: Buffer): Generator<Piece> {
  const first = firstScan(all);
  const end = first === undefined ? -1 : all.indexOf(endOfImage, first, 'latin1');
  if (end < 0) return;
  const step = steps();
  const next = { image: -1, video: -1 };
  for (let at = end + 2; ; ) {
    if (next.image < at) next.image = placeOf(all.indexOf(startOfImage, at, 'latin1'));
    if (next.video < at) next.video = placeOf(all.indexOf('ftyp', at + 4, 'latin1') - 4);
    const kind = next.image < next.video ? 'image' : 'video';
    const from = next[kind];
    if (from === Number.POSITIVE_INFINITY) return;
    const piece = kind === 'image' ? pictureAt(all, from, step) : boxesAt(all, from, step);
    if (piece) yield piece;
    at = piece?.next ?? from + 1;
  }
}

/** What is found nowhere comes after everything. */
const placeOf = (index: number) => (index < 0 ? Number.POSITIVE_INFINITY : index);

/** To be called for every step. Raises StageError('decode', 'archive-limit'). */
function steps(): () => void {
  let left = mostSteps;
  return () => {
    left -= 1;
    if (left < 0)
      throw new StageError('decode', 'archive-limit', `more than ${mostSteps} markers behind the picture`);
  };
}

/**
 * Where the pixels of the picture begin, with all the garbage between markers that decoders pass over. The first end of an
 * image behind that is where they stop at the latest.
 */
export function firstScan(all: Buffer): number | undefined {
  if (all.length < 4 || all.readUInt16BE(0) !== 0xffd8) return undefined;
  for (let at = all.indexOf(0xff, 2); at >= 0 && at + 4 <= all.length; at = all.indexOf(0xff, at)) {
    const marker = all[at + 1]!;
    if (marker === startOfScan || marker === 0xd9) return at;
    if (marker === 0xff) at += 1;
    else at += isBare(marker) ? 2 : 2 + all.readUInt16BE(at + 2);
  }
  return undefined;
}

/** Markers without a length (ITU-T T.81, table B.1), and stuffed bytes. */
const isBare = (marker: number) => marker <= 1 || (marker >= 0xd0 && marker <= 0xd8);

/** Markers that begin a frame: they say how large it is. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** A JPEG picture that begins there, to its end or where it breaks off. Chance makes no such chain of markers. */
function pictureAt(all: Buffer, from: number, step: () => void): Piece | undefined {
  let hasFrame = false;
  for (let at = from + 2; at + 4 <= all.length && all[at] === 0xff; ) {
    step();
    const marker = all[at + 1]!;
    if (marker === startOfScan && hasFrame) {
      const end = all.indexOf(endOfImage, at, 'latin1');
      return { kind: 'image', from, until: end < 0 ? all.length : end + 2, next: at };
    }
    if (marker < 0xc0 || marker === startOfScan || marker === 0xd9 || isBare(marker)) return undefined;
    hasFrame ||= isFrame(marker);
    at += marker === 0xff ? 1 : 2 + all.readUInt16BE(at + 2);
  }
  return undefined;
}

/** A file of boxes that begins there with its brands, and has others (ISO/IEC 14496-12, 4.2). */
export function boxesAt(all: Buffer, from: number, step: () => void): Piece | undefined {
  let at = from;
  let boxes = 0;
  for (let size = 0; at + 8 <= all.length && isBoxName(all, at + 4); boxes++) {
    step();
    size = all.readUInt32BE(at);
    if (boxes === 0 && (size < 16 || size > longestBrands)) return undefined;
    if (size === 1 && at + 16 <= all.length) size = Number(all.readBigUInt64BE(at + 8));
    if (size === 0) size = all.length;
    if (size < 8) break;
    at = Math.min(all.length, at + size);
  }
  return boxes > 1 ? { kind: 'video', from, until: at, next: at } : undefined;
}

const isBoxName = (all: Buffer, at: number) => /^[\w ©-]{4}$/.test(all.toString('latin1', at, at + 4));
