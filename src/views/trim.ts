import type { Bitmap } from '../core/types.js';
import { type Box, wholeOf } from './box.js';

/** At most this share of the whole is cut off each side. */
const mostCut = 0.42;
const rounds = 3;

type Side = 'left' | 'top' | 'right' | 'bottom';
const sides: readonly Side[] = ['top', 'bottom', 'left', 'right'];

/** A line of pixels along one side, `depth` pixels inwards: where it begins, its step and its length. */
function lineAt(raster: Bitmap, box: Box, side: Side, depth: number) {
  const { left, top, width, height } = box;
  const isRow = side === 'top' || side === 'bottom';
  const x = side === 'right' ? left + width - 1 - depth : side === 'left' ? left + depth : left;
  const y = side === 'bottom' ? top + height - 1 - depth : side === 'top' ? top + depth : top;
  return { start: y * raster.width + x, step: isRow ? 1 : raster.width, length: isRow ? width : height };
}

type Line = ReturnType<typeof lineAt>;

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

/** How many lines a trim takes off one side: 0…most. */
type Depth = (raster: Bitmap, box: Box, side: Side, most: number) => number;

/** Lines that are one colour, that of the edge. */
const strictDepth: Depth = (raster, box, side, most) => {
  const level = medianOf(raster, lineAt(raster, box, side, 0));
  let depth = 0;
  while (depth < most && shareOf(raster, lineAt(raster, box, side, depth), level, 14) >= 0.98) depth += 1;
  return depth;
};

/** From an edge of one colour inwards through lines that text interrupts, to the last line of that colour alone. */
const barDepth: Depth = (raster, box, side, most) => {
  const level = medianOf(raster, lineAt(raster, box, side, 0));
  let last = 0;
  for (let depth = 0; depth < most; depth++) {
    const share = shareOf(raster, lineAt(raster, box, side, depth), level, 24);
    if (share >= 0.97) last = depth + 1;
    else if (depth === 0 || share < 0.2) break;
  }
  return last;
};

function trim(raster: Bitmap, depthOf: Depth): Box {
  let { left, top, width, height } = wholeOf(raster);
  const cut: Record<Side, number> = { left: 0, top: 0, right: 0, bottom: 0 };
  for (let round = 0; round < rounds; round++) {
    const before = width * height;
    for (const side of sides) {
      const isRow = side === 'top' || side === 'bottom';
      const allowed = Math.floor(mostCut * (isRow ? raster.height : raster.width)) - cut[side];
      const depth = depthOf(raster, { left, top, width, height }, side, Math.max(0, allowed));
      cut[side] += depth;
      if (side === 'top') top += depth;
      if (side === 'left') left += depth;
      if (isRow) height -= depth;
      else width -= depth;
    }
    if (width * height === before) break;
  }
  return { left, top, width, height };
}

/** The grey raster without its borders of one colour. Plain backgrounds count as borders too. */
export const strictTrim = (raster: Bitmap): Box => trim(raster, strictDepth);

/** The grey raster without bars of one colour, even where text stands on them. */
export const barTrim = (raster: Bitmap): Box => trim(raster, barDepth);
