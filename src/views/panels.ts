import type { Bitmap } from '../core/types.js';
import { type Line, leastSeamSide, type Seam, seamsOf } from './seams.js';
import type { Box } from './trim.js';

/** How rectangles are chosen. */
interface Pass {
  /** The least stretch of a seam, in sixteenths of the whole, and the most seams of a direction. */
  readonly stretch: number;
  readonly seams: number;
  /** The least sides that are seams rather than edges of the picture, and the most rectangles. */
  readonly inner: number;
  readonly most: number;
}

const passes: readonly Pass[] = [
  { stretch: 4.5, seams: 7, inner: 1, most: 7 },
  { stretch: 2.2, seams: 11, inner: 4, most: 6 },
];

/** The most panels of a picture. */
export const mostPanels = passes.reduce((sum, { most }) => sum + most, 0);

/** The least share of the width and of the height that a panel has; and the most: it lacks more in one direction. */
const leastShare = 0.15;
const mostShare = 0.97;

/** The share of a side that must be marked; of the only side that is a seam, more. */
const leastMarked = 0.55;
const leastMarkedAlone = 0.75;

/** Rectangles that overlap by more than this (intersection over union) are the same one. */
const mostOverlap = 0.91;

interface Panel extends Box {
  readonly score: number;
}

/** The rectangles of a grey raster that long straight seams or its edges bound, the clearest first. */
export function panelsOf(raster: Bitmap): Box[] {
  const { width, height } = raster;
  if (Math.min(width, height) < leastSeamSide) return [];
  const { rows, columns } = seamsOf(raster);
  const found: Panel[] = [];
  for (const pass of passes) {
    const across = linesOf(columns, width, pass);
    const down = linesOf(rows, height, pass);
    const all = bounded(across, down, pass, { width, height }).sort((a, b) => b.score - a.score);
    const before = found.length;
    for (const panel of all) {
      if (found.length - before === pass.most) break;
      if (found.every((other) => overlapOf(panel, other) < mostOverlap)) found.push(panel);
    }
  }
  // The pixels beside a seam are mixed from both sides.
  return found.map(({ left, top, right, bottom }) => ({
    left: left === 0 ? 0 : left + 1,
    top: top === 0 ? 0 : top + 1,
    right: right === width ? right : right - 1,
    bottom: bottom === height ? bottom : bottom - 1,
  }));
}

/** The seams that a pass looks at, between the edges of the picture, in their order. */
function linesOf(seams: readonly Seam[], length: number, { stretch, seams: most }: Pass): Line[] {
  const long = seams.filter((seam) => seam.stretch >= stretch).slice(0, most);
  return [{ at: 0 }, ...long.sort((a, b) => a.at - b.at), { at: length }];
}

/** Pairs of lines far enough apart. */
const pairsOf = (lines: readonly Line[], length: number): (readonly [Line, Line])[] =>
  lines.flatMap((a, k) =>
    lines
      .slice(k + 1)
      .filter((b) => b.at - a.at >= leastShare * length)
      .map((b) => [a, b] as const),
  );

function bounded(
  across: readonly Line[],
  down: readonly Line[],
  { inner }: Pass,
  { width, height }: { readonly width: number; readonly height: number },
): Panel[] {
  const panels: Panel[] = [];
  const downwards = pairsOf(down, height);
  for (const [left, right] of pairsOf(across, width))
    for (const [top, bottom] of downwards) {
      if (right.at - left.at > mostShare * width && bottom.at - top.at > mostShare * height) continue;
      const sides = [left, right, top, bottom].filter(({ marked }) => marked).length;
      if (sides < inner) continue;
      const least = sides === 1 ? leastMarkedAlone : leastMarked;
      let sum = 0;
      let weakest = 1;
      const isMarked = (line: Line, from: Line, until: Line) => {
        if (!line.marked) return true;
        const share = markedShare(line.marked, from.at, until.at);
        sum += share;
        weakest = Math.min(weakest, share);
        return share >= least;
      };
      if (
        isMarked(left, top, bottom) &&
        isMarked(right, top, bottom) &&
        isMarked(top, left, right) &&
        isMarked(bottom, left, right)
      )
        panels.push({
          ...{ left: left.at, top: top.at, right: right.at, bottom: bottom.at },
          score: (sum / sides + weakest) / 2 + 0.08 * sides,
        });
    }
  return panels;
}

/** The share of the pixels of a line that are marked, from one pixel to before another, to eight pixels. */
function markedShare(marked: Uint16Array, from: number, until: number): number {
  const first = Math.ceil(from / 8);
  const last = Math.min(marked.length - 1, Math.floor(until / 8));
  return (marked[last]! - marked[first]!) / (8 * (last - first));
}

const areaOf = ({ left, top, right, bottom }: Box) => Math.max(0, right - left) * Math.max(0, bottom - top);

/** Intersection over union, 0…1. */
export function overlapOf(a: Box, b: Box): number {
  const both = areaOf({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  });
  return both / (areaOf(a) + areaOf(b) - both);
}
