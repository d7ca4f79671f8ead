import type { Bitmap } from '../core/types.js';

/** A part of a grey raster, in its pixels; right and bottom lie outside. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Text is passed over in this share of the whole at each side; farther in, a border goes on as far as nothing stands on it. */
const mostText = 0.42;

/** A border that leaves less than this share of the whole is none: the picture is plain, or nearly. */
const leastLeft = 0.05;

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

/**
 * From an edge of one colour inwards to the last line of that colour alone: through lines that text interrupts, up to `text`
 * lines; from there on through lines of that colour alone, where they end before `most`.
 */
function depthOf(
  raster: Bitmap,
  box: Box,
  side: Side,
  tolerance: number,
  { text, most }: { text: number; most: number },
): number {
  const level = medianOf(raster, lineAt(raster, box, side, 0));
  const share = (depth: number) => shareOf(raster, lineAt(raster, box, side, depth), level, tolerance);
  let last = 0;
  for (let depth = 0; depth < text; depth++) {
    const near = share(depth);
    if (near >= 0.97) last = depth + 1;
    else if (depth === 0 || near < 0.2) return last;
  }
  if (last < text || text < 1) return last;
  let end = text;
  while (end < most && share(end) >= 0.97) end += 1;
  return end < most ? end : last;
}

function trim(raster: Bitmap, { tolerance, rounds }: Trim): Box {
  const box = { left: 0, top: 0, right: raster.width, bottom: raster.height };
  const cut = { left: 0, top: 0, right: 0, bottom: 0 };
  for (let round = 0; round < rounds; round++) {
    let taken = 0;
    for (const side of sides) {
      const whole = side === 'top' || side === 'bottom' ? raster.height : raster.width;
      const left = side === 'top' || side === 'bottom' ? box.bottom - box.top : box.right - box.left;
      const text = Math.floor(mostText * whole) - cut[side];
      const depth = depthOf(raster, box, side, tolerance, {
        text,
        most: left - Math.ceil(leastLeft * whole),
      });
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
