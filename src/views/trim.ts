import type { Bitmap } from '../core/types.js';

/** A part of a grey raster, in its pixels; right and bottom lie outside. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** At most this share of the whole is cut off each side. */
const mostCut = 0.42;

const sides = ['top', 'bottom', 'left', 'right'] as const;
type Side = (typeof sides)[number];

/** A line of pixels: where it begins, its step and its length. */
interface Line {
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

/** The line along one side of the box, `depth` pixels inwards. */
function lineAt({ width }: Bitmap, box: Box, side: Side, depth: number): Line {
  const isRow = side === 'top' || side === 'bottom';
  const x = side === 'right' ? box.right - 1 - depth : side === 'left' ? box.left + depth : box.left;
  const y = side === 'bottom' ? box.bottom - 1 - depth : side === 'top' ? box.top + depth : box.top;
  const length = isRow ? box.right - box.left : box.bottom - box.top;
  return { start: y * width + x, step: isRow ? 1 : width, length };
}

/** The median brightness along a line. */
function medianOf({ data }: Bitmap, { start, step, length }: Line): number {
  const counts = new Uint32Array(256);
  for (let k = 0, i = start; k < length; k++, i += step) counts[data[i]!]! += 1;
  let value = 0;
  for (let sum = counts[0]!; sum * 2 < length; sum += counts[value]!) value += 1;
  return value;
}

/** The share of a line that lies within `tolerance` levels of `level`. */
function shareOf({ data }: Bitmap, { start, step, length }: Line, level: number, tolerance: number): number {
  let near = 0;
  for (let k = 0, i = start; k < length; k++, i += step)
    if (Math.abs(data[i]! - level) <= tolerance) near += 1;
  return near / length;
}

/**
 * False where no edge of a picture, given as a raster of one row each, can be a border: looser than the trims, which see
 * the averaged picture.
 */
export const maybeBorder = (edges: readonly Bitmap[]): boolean =>
  edges.some((edge) => {
    const line: Line = { start: 0, step: 1, length: edge.width };
    return shareOf(edge, line, medianOf(edge, line), 40) >= 0.9;
  });

/** How a border is told from the picture. */
interface Trim {
  /** Levels by which a pixel of a border may differ from the colour of its edge. */
  readonly tolerance: number;
  /** Times that the four sides are gone through: borders around borders. */
  readonly rounds: number;
}

/** From an edge of one colour inwards through lines that text interrupts, to the last line of that colour alone. */
function depthOf(raster: Bitmap, box: Box, side: Side, most: number, tolerance: number): number {
  const level = medianOf(raster, lineAt(raster, box, side, 0));
  let last = 0;
  for (let depth = 0; depth < most; depth++) {
    const share = shareOf(raster, lineAt(raster, box, side, depth), level, tolerance);
    if (share >= 0.97) last = depth + 1;
    else if (depth === 0 || share < 0.2) break;
  }
  return last;
}

function trim(raster: Bitmap, { tolerance, rounds }: Trim): Box {
  const box = { left: 0, top: 0, right: raster.width, bottom: raster.height };
  const cut = { left: 0, top: 0, right: 0, bottom: 0 };
  for (let round = 0; round < rounds; round++) {
    let taken = 0;
    for (const side of sides) {
      const whole = side === 'top' || side === 'bottom' ? raster.height : raster.width;
      const depth = depthOf(raster, box, side, Math.floor(mostCut * whole) - cut[side], tolerance);
      cut[side] += depth;
      box[side] += side === 'top' || side === 'left' ? depth : -depth;
      taken += depth;
    }
    if (taken === 0) break;
  }
  return box;
}

/**
 * The grey raster without borders and bars of exactly one colour, even where text stands on them. It stops where the
 * colour changes ever so little, as from a white bar to a bright sky.
 */
export const closeTrim = (raster: Bitmap): Box => trim(raster, { tolerance: 6, rounds: 1 });

/**
 * The same for borders that compression has roughened, and borders around borders. Plain backgrounds count as borders
 * too, so that much of a picture may go with them.
 */
export const wideTrim = (raster: Bitmap): Box => trim(raster, { tolerance: 24, rounds: 3 });
