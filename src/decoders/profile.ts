import { createHash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import type { Bitmap } from '../core/types.js';
import { bitmapOf } from './pixels.js';
import { chunksOf } from './png-chunks.js';
import { pngOf } from './png-of.js';
import type { Sharp } from './sharp-library.js';

/**
 * How many levels of brightness (0…255) a profile may move colours, on average and at most, so that viewers still show
 * nearly what the file stores. Display P3 and Adobe RGB move them less.
 */
const nearly = { mean: 8, most: 48 } as const;

/** The levels of a channel that the comparison tries, in all combinations of red, green and blue. */
const steps = [0, 36, 73, 109, 146, 182, 219, 255];

/** The process keeps the answers for so many profiles: cameras write the same few again and again. */
const mostKept = 256;
/** Answers of `isNearlySrgb` by the SHA-256 of the profile. */
const known = new Map<string, boolean>();

/**
 * False where viewers show a picture with this ICC profile unlike its stored values, and for every profile for CMYK.
 * True for any other, also for one that no viewer can use.
 */
export async function isNearlySrgb(profile: Uint8Array, sharp: Sharp): Promise<boolean> {
  const key = createHash('sha256').update(profile).digest('hex');
  const held = known.get(key);
  if (held !== undefined) return held;
  const answer = await compare(profile, sharp);
  if (known.size >= mostKept) known.clear();
  known.set(key, answer);
  return answer;
}

/** The colour space that a profile is for, in four characters (ICC.1:2010, 7.2.6). */
const spaceOf = (profile: Uint8Array) => Buffer.from(profile.subarray(16, 20)).toString('latin1');

/** Answers `isNearlySrgb`: libvips shows a chart of colours through the profile and without it. */
async function compare(profile: Uint8Array, sharp: Sharp): Promise<boolean> {
  const space = spaceOf(profile);
  // A picture in inks has no stored values that a viewer could show without a profile.
  if (space === 'CMYK') return false;
  if (space !== 'RGB ' && space !== 'GRAY') return true;
  const isGrey = space === 'GRAY';
  const colours = isGrey
    ? Uint8Array.from({ length: 256 }, (_, level) => level)
    : Uint8Array.from(steps.flatMap((r) => steps.flatMap((g) => steps.flatMap((b) => [r, g, b]))));
  try {
    const channels = isGrey ? 1 : 3;
    const chart = withProfile(
      { width: colours.length / channels, height: 1, channels, data: colours },
      profile,
    );
    const shown = await sharp(chart, { failOn: 'none' }).removeAlpha().raw().toBuffer();
    const stored = await sharp(chart, { failOn: 'none', ignoreIcc: true }).removeAlpha().raw().toBuffer();
    return differenceOf(shown, stored);
  } catch {
    return true;
  }
}

/** Writes the pixels as a PNG with the profile. It does not compress them, because sharp reads the PNG at once. */
function withProfile(bitmap: Bitmap, profile: Uint8Array): Uint8Array {
  const { width, height, channels, data } = bitmap;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, { 1: 0, 3: 2, 4: 6 }[channels]], 8);
  const rows = Buffer.alloc((width * channels + 1) * height);
  for (let y = 0; y < height; y++)
    rows.set(data.subarray(y * width * channels, (y + 1) * width * channels), y * (width * channels + 1) + 1);
  const named = Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(profile)]);
  return pngOf([
    { type: 'IHDR', data: header },
    { type: 'iCCP', data: named },
    { type: 'IDAT', data: deflateSync(rows, { level: 0 }) },
  ]);
}

/** A grey bitmap with three equal channels, for a profile for RGB. */
function coloured({ width, height, data }: Bitmap): Bitmap {
  const out = new Uint8Array(data.length * 3);
  for (let i = 0; i < out.length; i++) out[i] = data[Math.floor(i / 3)]!;
  return { width, height, channels: 3, data: out };
}

/**
 * The picture as viewers show it through its ICC profile. Undefined where that is nearly what the file stores, or where
 * the profile does not fit the picture or cannot be read.
 */
export async function shownThrough(
  bitmap: Bitmap,
  profile: Uint8Array,
  sharp: Sharp,
): Promise<Bitmap | undefined> {
  const space = spaceOf(profile);
  if ((space === 'GRAY') !== (bitmap.channels === 1) && space !== 'RGB ') return undefined;
  if (await isNearlySrgb(profile, sharp)) return undefined;
  const stored = space === 'RGB ' && bitmap.channels === 1 ? coloured(bitmap) : bitmap;
  try {
    const { data, info } = await sharp(withProfile(stored, profile), {
      failOn: 'none',
      limitInputPixels: false,
    })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return bitmapOf(info.width, info.height, info.channels as 3 | 4, data);
  } catch {
    // Viewers cannot use the profile either.
    return undefined;
  }
}

/** True where two RGB buffers differ in brightness by no more than `nearly`. */
function differenceOf(shown: Uint8Array, stored: Uint8Array): boolean {
  let sum = 0;
  for (let i = 0; i + 2 < stored.length; i += 3) {
    const luma = (data: Uint8Array) => 0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!;
    const difference = Math.abs(luma(shown) - luma(stored));
    if (difference > nearly.most) return false;
    sum += difference;
  }
  return sum / (stored.length / 3) <= nearly.mean;
}

/** The most bytes of a profile in a PNG, unpacked. */
const longestProfile = 4_000_000;

/** The unpacked ICC profile of a PNG. Undefined where it has none before its pixels, or one that does not unpack. */
export function pngProfile(bytes: Uint8Array): Uint8Array | undefined {
  for (const { type, data } of chunksOf(bytes)) {
    if (type === 'IDAT') return undefined;
    if (type !== 'iCCP') continue;
    try {
      return inflateSync(data.subarray(data.indexOf(0) + 2), { maxOutputLength: longestProfile });
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** The colours that a PNG declares where it has no profile (PNG 3rd edition, gAMA and cHRM). */
export interface PngColours {
  /** The exponent with which the file codes light: 1/2.2 for sRGB. Greater than 0. */
  readonly gamma: number;
  /** Eight numbers: CIE x and y of white, red, green and blue. */
  readonly points: readonly number[];
}

const srgbGamma = 1 / 2.2;
const srgbPoints = [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06];

/**
 * The colours that a PNG declares. Undefined where it declares none or nearly those of sRGB, and where it has a chunk
 * that viewers prefer to these: sRGB, iCCP or cICP (PNG 3rd edition, 4.3).
 */
export function pngColours(bytes: Uint8Array): PngColours | undefined {
  let gamma: number | undefined;
  let points: number[] | undefined;
  for (const { type, data } of chunksOf(bytes)) {
    if (type === 'IDAT') break;
    if (type === 'sRGB' || type === 'iCCP' || type === 'cICP') return undefined;
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    if (type === 'gAMA' && data.length === 4) gamma = view.getUint32(0) / 1e5;
    if (type === 'cHRM' && data.length === 32)
      points = Array.from({ length: 8 }, (_, i) => view.getUint32(i * 4) / 1e5);
  }
  const isPlainGamma = gamma === undefined || Math.abs(gamma - srgbGamma) < 0.05;
  const arePlain = points?.every((value, i) => Math.abs(value - srgbPoints[i]!) < 0.05) ?? true;
  if ((isPlainGamma && arePlain) || gamma === 0) return undefined;
  return { gamma: gamma ?? srgbGamma, points: points ?? srgbPoints };
}

/** Rows of a matrix. */
type Matrix = readonly (readonly number[])[];

const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));

/** The inverse of a matrix of 3 × 3; undefined where it has none. */
function inverse([a, b, c]: Matrix): Matrix | undefined {
  const cross = (u: readonly number[], v: readonly number[]) => [
    u[1]! * v[2]! - u[2]! * v[1]!,
    u[2]! * v[0]! - u[0]! * v[2]!,
    u[0]! * v[1]! - u[1]! * v[0]!,
  ];
  const columns = [cross(b!, c!), cross(c!, a!), cross(a!, b!)];
  const determinant = a!.reduce((sum, value, i) => sum + value * columns[0]![i]!, 0);
  if (!Number.isFinite(1 / determinant)) return undefined;
  return [0, 1, 2].map((row) => columns.map((column) => column[row]! / determinant));
}

/**
 * The matrix from linear RGB to XYZ for these points of `PngColours`, where RGB 1, 1, 1 is white. Undefined where the
 * points allow none.
 */
function toXyz([wx, wy, ...primaries]: readonly number[]): Matrix | undefined {
  const xyz = (x: number, y: number) => [x / y, 1, (1 - x - y) / y];
  const [red, green, blue] = [0, 2, 4].map((i) => xyz(primaries[i]!, primaries[i + 1]!));
  const columns = [0, 1, 2].map((row) => [red![row]!, green![row]!, blue![row]!]);
  const scales = inverse(columns);
  if (!scales || !wy) return undefined;
  const amounts = times(
    scales,
    xyz(wx!, wy).map((value) => [value]),
  );
  return columns.map((row) => row.map((value, i) => value * amounts[i]![0]!));
}

/** The picture as viewers show it that use the declared colours: converted to sRGB, with the same alpha. */
export function shownWith(bitmap: Bitmap, { gamma, points }: PngColours): Bitmap {
  const { width, height, channels, data } = bitmap;
  const linear = Float64Array.from({ length: 256 }, (_, level) => (level / 255) ** (1 / gamma));
  const coded = Uint8Array.from({ length: 4096 }, (_, i) => Math.round(255 * (i / 4095) ** srgbGamma));
  const level = (value: number) => coded[Math.round(4095 * Math.min(1, Math.max(0, value)))]!;
  const out = data.slice();
  const [from, back] = [toXyz(points), inverse(toXyz(srgbPoints)!)];
  const matrix = from && back && times(back, from);
  for (let i = 0; i < out.length; i += channels) {
    if (channels === 1 || !matrix) {
      for (let c = 0; c < Math.min(3, channels); c++) out[i + c] = level(linear[data[i + c]!]!);
      continue;
    }
    const [r, g, b] = [linear[data[i]!]!, linear[data[i + 1]!]!, linear[data[i + 2]!]!];
    for (let c = 0; c < 3; c++) {
      const row = matrix[c]!;
      out[i + c] = level(row[0]! * r + row[1]! * g + row[2]! * b);
    }
  }
  return { width, height, channels, data: out };
}
