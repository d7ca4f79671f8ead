import type { Bitmap } from '../core/types.js';
import { PixelMemory, pixelMachine } from '../kernels/index.js';

/** A straight line across a grey raster, between two of its rows or columns. */
export interface Line {
  /** The first pixel behind the line, counted from the top or from the left. */
  readonly at: number;
  /**
   * At each multiple of eight pixels along the line, how many pixels up to there differ from what is before the line.
   * Undefined for an edge of the picture.
   */
  readonly marked?: Uint16Array;
}

/** A line along which a raster changes. */
export interface Seam extends Line {
  readonly marked: Uint16Array;
  /** The longest part of it along which the raster changes, in sixteenths of the whole. */
  readonly stretch: number;
}

/** How many levels a pixel at a seam differs from the other side, as the mean of two pixels each. */
const leastStep = 9;

/** The share of a sixteenth of a line that must be marked. */
const leastMarked = 0.55;

/**
 * The share must be so much above the mean of the lines so many pixels before and behind: texture marks pixels
 * everywhere.
 */
const leastAbove = 0.15;
const beside = 7;

/** A shorter stretch, in sixteenths of the whole, is chance. */
const leastStretch = 2.2;

/** The most seams of each direction that are looked at, and the least pixels between two of them. */
const mostSeams = 11;
const leastApart = 4;

/** Shorter rasters have too few pixels in a sixteenth. */
export const leastSeamSide = 128;

const parts = 16;
const bitsOf = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

/** The longest seams between rows and between columns of a raster of `leastSeamSide` pixels a side or more. */
export function seamsOf(raster: Bitmap): { readonly rows: Seam[]; readonly columns: Seam[] } {
  const { width, height, data } = raster;
  const rowBytes = 2 * Math.ceil(width / 16);
  const memory = new PixelMemory();
  const source = memory.take(data.length + 4 * width);
  const rows = memory.take(rowBytes * height);
  const columns = memory.take(width * Math.ceil(height / 8));
  const { kernel, buffer } = pixelMachine(memory.size);
  const bytes = new Uint8Array(buffer);
  bytes.set(data, source);
  kernel.seams(source, width, height, leastStep, rows, rowBytes, columns);
  return {
    rows: longest(bytes.subarray(rows), height, rowBytes, 1, Math.floor(width / 8)),
    columns: longest(bytes.subarray(columns), width, 1, width, Math.floor(height / 8)),
  };
}

/**
 * The longest seams among `count` lines. Line k has its byte b at k·`line` + b·`along` of the marks.
 * @param length bytes of a line, of eight pixels each.
 */
function longest(marks: Uint8Array, count: number, line: number, along: number, length: number): Seam[] {
  const shares = new Float64Array(count * parts);
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((part * length) / parts);
    const until = Math.floor(((part + 1) * length) / parts);
    for (let k = 2; k < count - 1; k++) {
      let marked = 0;
      for (let b = from, i = k * line + from * along; b < until; b++, i += along)
        marked += bitsOf[marks[i]!]!;
      shares[k * parts + part] = marked / (8 * (until - from));
    }
  }
  const stretches = new Float64Array(count + 1);
  for (let k = 2; k < count - 1; k++) {
    let run = 0;
    for (let part = 0; part < parts; part++) {
      const i = k * parts + part;
      const share = shares[i]!;
      const around = ((shares[i - beside * parts] ?? 0) + (shares[i + beside * parts] ?? 0)) / 2;
      run = share >= leastMarked && share - around >= leastAbove ? run + share : 0;
      if (run > stretches[k]!) stretches[k] = run;
    }
  }
  // A sharp edge marks the lines beside it, too: the middle one has the best neighbours.
  const rank = (k: number) => stretches[k]! + 0.1 * (stretches[k - 1]! + stretches[k + 1]!);
  const order: number[] = [];
  for (let k = 2; k < count - 1; k++) if (stretches[k]! >= leastStretch) order.push(k);
  order.sort((a, b) => rank(b) - rank(a));
  const chosen: number[] = [];
  for (const k of order) {
    if (chosen.length === mostSeams) break;
    if (chosen.every((other) => Math.abs(other - k) >= leastApart)) chosen.push(k);
  }
  return chosen.map((at) => {
    const marked = new Uint16Array(length + 1);
    for (let b = 0, i = at * line; b < length; b++, i += along)
      marked[b + 1] = marked[b]! + bitsOf[marks[i]!]!;
    return { at, marked, stretch: stretches[at]! };
  });
}
