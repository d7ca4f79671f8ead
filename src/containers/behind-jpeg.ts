import { type Inside, StageError } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';

/** The most markers and boxes that are read behind one picture. Crafted chains of them would take for ever. */
const mostSteps = 1e6;

/** The most bytes of the first box (`ftyp`), which names brands. */
const longestBrands = 1024;

const startOfImage = '\xff\xd8\xff';
/** The marker EOI, one character for each byte (ITU-T T.81, B.1.1.3). */
export const endOfImage = '\xff\xd9';
const startOfScan = 0xda;

/**
 * Yields the JPEG pictures and videos behind the end of a JPEG picture: those of multi-picture files (CIPA DC-007),
 * gain maps, the videos of motion photos, and whatever somebody appended. Yields nothing if the bytes are no JPEG.
 * Raises StageError('decode', 'archive-limit').
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
  /** Where the next piece may begin. It may lie within a picture: one without an end must not hide others. */
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

/** The place of an index; infinity if the search found nothing. */
const placeOf = (index: number) => (index < 0 ? Number.POSITIVE_INFINITY : index);

/** Makes a counter, to be called for every marker and box. It raises StageError('decode', 'archive-limit'). */
function steps(): () => void {
  let left = mostSteps;
  return () => {
    left -= 1;
    if (left < 0)
      throw new StageError('decode', 'archive-limit', `more than ${mostSteps} markers behind the picture`);
  };
}

/**
 * The place of the marker before the pixels (SOS) or of the end of the image (EOI), in bytes; undefined if the bytes
 * are no JPEG or have neither. Like decoders, the function passes over garbage between markers. Decoders stop at the
 * first EOI behind this place at the latest. Pure.
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

/** Whether a marker has no length (ITU-T T.81, table B.1), or is a stuffed byte. */
const isBare = (marker: number) => marker <= 1 || (marker >= 0xd0 && marker <= 0xd8);

/** Whether a marker begins a frame. It says how large the picture is. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/**
 * Reads a JPEG picture from `from` to its end, or to where it breaks off. Undefined if its markers form no sane chain.
 */
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

/**
 * Reads a file of boxes (ISO/IEC 14496-12, 4.2) that begins at `from`. Undefined if the first box cannot be one of
 * brands, or if no other follows.
 * @param step counts each box; what it raises ends the reading.
 */
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
