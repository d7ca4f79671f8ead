import type { Bitmap } from '../core/types.js';
import type { Window } from './sample-window.js';

/** Levels by which a pixel of a corner may differ from the colour of all four. */
const tolerance = 24;

/** Degrees of tilt that are tried, and the steps. Nearer to 45 degrees, the corners do not tell a picture's shape. */
const leastTilt = 1;
const mostTilt = 35;
const coarse = 0.5;
const fine = 0.1;

/** The share of the pixels just outside the picture that must have the corners' colour; and how many fewer inside. */
const leastOutside = 0.92;
const leastStep = 0.3;

/** Pixels that are looked at along each of the four sides. */
const samples = 24;

/** A corner's triangle: how far it reaches along the side of the whole at its left or right, and at its top or bottom. */
interface Corner {
  readonly x: number;
  readonly y: number;
}

/** A picture that was tilted by so many degrees clockwise and lies, whole, in a larger one, in shares of that one. */
interface Tilt {
  readonly degrees: number;
  readonly wide: number;
  readonly tall: number;
  /** The corners at the top left and at the bottom right, and the two others. */
  readonly first: Corner;
  readonly second: Corner;
}

/** False where the corner pixels of a picture of any number of channels differ: nothing has filled its corners. */
export function maybeCorners({ width, height, channels, data }: Bitmap): boolean {
  const places = [0, width - 1, (height - 1) * width, height * width - 1].map((place) => place * channels);
  for (let c = 0; c < Math.min(3, channels); c++) {
    const levels = places.map((place) => data[place + c]!);
    if (Math.max(...levels) - Math.min(...levels) > 2 * tolerance) return false;
  }
  return true;
}

/**
 * The window that shows a tilted picture straight, where its four corners are triangles of one colour, as editors fill
 * them.
 * @param aspect width divided by height of the picture, which the raster does not keep.
 */
export function straightWindow(raster: Bitmap, aspect: number): Window | undefined {
  const level = cornerLevel(raster);
  if (level === undefined) return undefined;
  let best = { tilt: undefined as Tilt | undefined, step: leastStep };
  const consider = (degrees: number) => {
    const tilt = tiltOf(degrees, aspect);
    const step = tilt ? stepAt(raster, level, tilt) : 0;
    if (step > best.step) best = { tilt, step };
  };
  for (let degrees = leastTilt; degrees <= mostTilt; degrees += coarse) {
    consider(degrees);
    consider(-degrees);
  }
  const { tilt: rough } = best;
  if (!rough) return undefined;
  for (let k = -5; k <= 5; k++) consider(rough.degrees + k * fine);
  const { degrees, wide, tall } = best.tilt!;
  const [x, y] = [(1 - wide) / 2, (1 - tall) / 2];
  return { left: x, top: y, right: 1 - x, bottom: 1 - y, turn: -degrees };
}

/** The brightness of the four corner pixels; undefined where they differ. */
function cornerLevel({ width, height, data }: Bitmap): number | undefined {
  const levels = [0, width - 1, (height - 1) * width, height * width - 1].map((place) => data[place]!);
  const [least, most] = [Math.min(...levels), Math.max(...levels)];
  return most - least <= tolerance ? (least + most) / 2 : undefined;
}

/** The only picture that, tilted so, touches all sides of a whole of this aspect; undefined where there is none. */
function tiltOf(degrees: number, aspect: number): Tilt | undefined {
  const angle = (Math.abs(degrees) * Math.PI) / 180;
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  const width = (aspect * cos - sin) / (cos * cos - sin * sin);
  const height = (cos - aspect * sin) / (cos * cos - sin * sin);
  if (Math.min(width, height) < 0.1 * Math.max(width, height)) return undefined;
  const low: Corner = { x: (height * sin) / aspect, y: height * cos };
  const flat: Corner = { x: (width * cos) / aspect, y: width * sin };
  const [first, second] = degrees > 0 ? [low, flat] : [flat, low];
  return { degrees, wide: width / aspect, tall: height, first, second };
}

/**
 * How many fewer pixels of the corners' colour there are just inside the picture than just outside, as a share; 0
 * where it has other colours outside.
 */
function stepAt({ width, height, data }: Bitmap, level: number, { first, second }: Tilt): number {
  const shareAt = (depth: number): number => {
    let plain = 0;
    for (const corner of [first, second]) {
      const { x, y } = corner;
      // One pixel of the raster across the longest side of the triangle.
      const [a, b] = [1 / (x * width), 1 / (y * height)];
      const [across, down] = [a / Math.hypot(a, b), b / Math.hypot(a, b)];
      for (let k = 1; k <= samples; k++) {
        const u = Math.round((x * width * k) / (samples + 1) + depth * across);
        const v = Math.round((y * height * (samples + 1 - k)) / (samples + 1) + depth * down);
        const column = Math.max(0, Math.min(width - 1, u));
        const row = Math.max(0, Math.min(height - 1, v));
        const here = row * width + (corner === first ? column : width - 1 - column);
        if (Math.abs(data[here]! - level) <= tolerance) plain += 1;
        if (Math.abs(data[width * height - 1 - here]! - level) <= tolerance) plain += 1;
      }
    }
    return plain / (4 * samples);
  };
  const outside = shareAt(-2);
  return outside < leastOutside ? 0 : outside - shareAt(1);
}
