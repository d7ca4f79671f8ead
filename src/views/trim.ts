import type { Bitmap } from '../core/types.js';

/** A part of a grey raster, in pixels; `right` and `bottom` are exclusive. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The trim skips text within this share of the whole at each side. Farther inwards, only lines of pure border colour
 * belong to a border.
 */
const mostText = 0.42;

/** A trim that would leave less than this share of the whole counts as none: the picture is plain, or nearly. */
const leastLeft = 0.05;

const sides = ['top', 'bottom', 'left', 'right'] as const;
type Side = (typeof sides)[number];

/** A line of pixels: its start, its step and its length. */
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

/** The share of a line's pixels that lie within `tolerance` levels of `level`. */
function shareOf({ data }: Bitmap, { start, step, length }: Line, level: number, tolerance: number): number {
  let near = 0;
  for (let k = 0, i = start; k < length; k++, i += step)
    if (Math.abs(data[i]! - level) <= tolerance) near += 1;
  return near / length;
}

/**
 * False where no edge of a picture, given as a raster of one row each, can be a border. It is more lenient than the
 * trims, which see the averaged picture.
 */
export const maybeBorder = (edges: readonly Bitmap[]): boolean =>
  edges.some((edge) => {
    const line: Line = { start: 0, step: 1, length: edge.width };
    return shareOf(edge, line, medianOf(edge, line), 40) >= 0.9;
  });

/** How to recognise a border. */
interface Trim {
  /** Levels by which a pixel of a border may differ from the colour of its edge. */
  readonly tolerance: number;
  /** How often to go through the four sides, for borders around borders. */
  readonly rounds: number;
}

/**
 * The depth of the border at one side. It starts at an edge of one colour and goes inwards to the last line of that
 * colour alone. Up to `text` lines deep it passes lines that text interrupts; from there on it passes only lines of
 * that colour, and only where they end before `most`.
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
 * The grey raster without borders and bars of exactly one colour, even where they bear text. The trim stops where the
 * colour changes even slightly, as from a white bar to a bright sky.
 */
export const closeTrim = (raster: Bitmap): Box => trim(raster, { tolerance: 6, rounds: 1 });

/**
 * As `closeTrim`, for borders that compression has roughened, and for borders around borders. It removes plain
 * backgrounds too, and with them perhaps much of a picture.
 */
export const wideTrim = (raster: Bitmap): Box => trim(raster, { tolerance: 24, rounds: 3 });
