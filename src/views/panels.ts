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

/** Two lines far enough apart: their numbers, the pixels from the one to the other, and how many of them are seams. */
interface Pair {
  readonly lines: readonly [number, number];
  readonly from: number;
  readonly until: number;
  readonly inner: number;
}

const pairsOf = (lines: readonly Line[], length: number): Pair[] =>
  lines.flatMap((one, a) =>
    lines.flatMap((other, b) => {
      if (other.at - one.at < leastShare * length) return [];
      const inner = (one.marked ? 1 : 0) + (other.marked ? 1 : 0);
      return [{ lines: [a, b] as const, from: one.at, until: other.at, inner }];
    }),
  );

/** For each line, how much of it is marked between each pair of the crossing ones; NaN for an edge of the picture. */
const sharesOf = (lines: readonly Line[], crossing: readonly Pair[]): Float64Array[] =>
  lines.map(({ marked }) =>
    Float64Array.from(crossing, ({ from, until }) =>
      marked ? markedShare(marked, from, until) : Number.NaN,
    ),
  );

function bounded(
  across: readonly Line[],
  down: readonly Line[],
  { inner }: Pass,
  { width, height }: { readonly width: number; readonly height: number },
): Panel[] {
  const sideways = pairsOf(across, width);
  const downwards = pairsOf(down, height);
  const ofColumns = sharesOf(across, downwards);
  const ofRows = sharesOf(down, sideways);
  const panels: Panel[] = [];
  for (const [i, x] of sideways.entries())
    for (const [j, y] of downwards.entries()) {
      const sides = x.inner + y.inner;
      if (sides < inner) continue;
      const least = sides === 1 ? leastMarkedAlone : leastMarked;
      const score = scoreOf(
        ofColumns[x.lines[0]]![j]!,
        ofColumns[x.lines[1]]![j]!,
        ofRows[y.lines[0]]![i]!,
        ofRows[y.lines[1]]![i]!,
        least,
      );
      const isWhole = x.until - x.from > mostShare * width && y.until - y.from > mostShare * height;
      if (score > 0 && !isWhole)
        panels.push({ left: x.from, top: y.from, right: x.until, bottom: y.until, score });
    }
  return panels;
}

/** How clearly sides of which so much is marked bound a panel; 0 where a side has too little. NaN is no seam. */
function scoreOf(left: number, right: number, top: number, bottom: number, least: number): number {
  if (left < least || right < least || top < least || bottom < least) return 0;
  let [sides, sum, weakest] = [0, 0, 1];
  for (const share of [left, right, top, bottom])
    if (share >= least) {
      sides += 1;
      sum += share;
      weakest = Math.min(weakest, share);
    }
  return (sum / sides + weakest) / 2 + 0.08 * sides;
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
