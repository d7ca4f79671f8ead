import type { Turn } from '../core/index.js';
import type { Bitmap, Fingerprinted } from '../core/types.js';
import { fastTransform, middleOf, qualityOf } from './pdq-bits.js';
import { rasterOf } from './pdq-pass.js';
import type { RawHash, TurnedFingerprints } from './types.js';

/** The least quality that a picture needs to be fingerprinted: PDQ's own rule. */
export const minimumQuality = 50;

/** A picture whose shorter side has fewer pixels is an icon or a tracking pixel. */
export const minimumSide = 16;

/**
 * The least contrast, in levels of brightness: the median size of PDQ's 256 frequencies. Stripes, gradients, halves and
 * checkers have almost none, however strong they are, so that rounding noise decides their bits. Photographs darkened
 * until PDQ's quality is just 50 still have 1.8 or more (docs/recipes.md), so this rule loses none of them.
 */
export const minimumContrast = 1.5;

const transforms = new WeakMap<Float64Array, Float64Array>();

/** PDQ's DCT of a raster in double precision, computed once for the guard and for PDQ. Do not change the result. */
export function transformOf(raster: Float64Array): Float64Array {
  let transform = transforms.get(raster);
  if (!transform) {
    transform = fastTransform(raster);
    transforms.set(raster, transform);
  }
  return transform;
}

const qualities = new WeakMap<Float64Array, ReturnType<typeof qualityOf>>();

/**
 * How far the reference's float32 arithmetic differs from exact arithmetic, in levels of brightness: at most 0.006 in
 * any raster cell or coefficient of 115 photographs and of drawn pictures of up to 81 megapixels, whatever their size.
 * What depends on less than this is recomputed in the reference's order (about 3 pictures in 100).
 */
export const floatNoise = 0.01;

/** PDQ's quality of a raster, and whether float32 noise could change it, computed once for the guard and for PDQ. */
export function qualityIn(raster: Float64Array): ReturnType<typeof qualityOf> {
  let quality = qualities.get(raster);
  if (!quality) {
    quality = qualityOf(raster, floatNoise);
    qualities.set(raster, quality);
  }
  return quality;
}

/** The median distance of PDQ's coefficients from their own median, in levels of brightness. */
export function contrastOf(raster: Float64Array): number {
  const transform = transformOf(raster);
  const [median] = middleOf(transform);
  return middleOf(transform.map((value) => Math.abs(value - median)))[0];
}

const informations = new WeakMap<Bitmap, number>();

/**
 * How much information a picture holds, 0…100: the least of PDQ's quality and of the contrast and the shorter side in
 * proportion to their minimums. Below 50 no perceptual algorithm may return a hash.
 */
export function informationOf(bitmap: Bitmap): number {
  let information = informations.get(bitmap);
  if (information === undefined) {
    const raster = rasterOf(bitmap);
    const share = (value: number, minimum: number) =>
      Math.floor(minimumQuality * Math.min(2, value / minimum));
    information = Math.min(
      qualityIn(raster).quality,
      share(contrastOf(raster), minimumContrast),
      share(Math.min(bitmap.width, bitmap.height), minimumSide),
    );
    informations.set(bitmap, information);
  }
  return information;
}

/**
 * The least spread of PDQ's coefficients: the median of their sizes as a share of their root mean square. A few large
 * coefficients decide the hash of a picture that has less: flags, icons, plaids. 0.2 % of photographs do.
 */
export const leastSpread = 0.154;

/**
 * The least variety of brightness in PDQ's raster, in bits: logos, letters, charts and icons have 0.5 to 3. One of 1,013
 * photographs has less than 4.
 */
export const leastVariety = 3;

/** The median of the sizes of the coefficients as a share of their root mean square: 0…1. */
export function spreadOf(coefficients: Float64Array): number {
  const square = coefficients.reduce((sum, value) => sum + value * value, 0) / coefficients.length;
  return square === 0 ? 0 : middleOf(coefficients.map(Math.abs))[0] / Math.sqrt(square);
}

/** The entropy of the whole levels of brightness in a raster, in bits: 0…8. */
export function varietyOf(raster: Float64Array): number {
  const cells = new Uint32Array(256);
  for (const value of raster) cells[Math.max(0, Math.min(255, Math.round(value)))]! += 1;
  return cells.reduce((sum, count) => {
    const share = count / raster.length;
    return share === 0 ? sum : sum - share * Math.log2(share);
  }, 0);
}

const lowDetails = new WeakMap<Bitmap, boolean>();

/**
 * True for a picture that has enough information for a hash, but so little detail that unrelated pictures have hashes
 * near its own: a logo, a flag, an icon.
 */
export function isLowDetail(bitmap: Bitmap): boolean {
  let answer = lowDetails.get(bitmap);
  if (answer === undefined) {
    const raster = rasterOf(bitmap);
    answer = spreadOf(transformOf(raster)) < leastSpread || varietyOf(raster) < leastVariety;
    lowDetails.set(bitmap, answer);
  }
  return answer;
}

const detailOf = (bitmap: Bitmap): { lowDetail?: true } => (isLowDetail(bitmap) ? { lowDetail: true } : {});

/**
 * Withholds the hashes of pictures that hold too little information: such pictures would match each other as "known".
 */
export function guarded(raw: (bitmap: Bitmap) => RawHash): (bitmap: Bitmap) => Fingerprinted {
  return (bitmap) => {
    const information = informationOf(bitmap);
    if (information < minimumQuality) return { ok: false, reason: 'low-quality', quality: information };
    return { ok: true, ...raw(bitmap), ...detailOf(bitmap) };
  };
}

/** As `guarded`, for the hashes of all turns of a picture, which hold the same information. */
export function guardedTurned(
  raw: (bitmap: Bitmap, turns: readonly Turn[]) => readonly RawHash[],
): (bitmap: Bitmap, turns: readonly Turn[]) => TurnedFingerprints {
  return (bitmap, turns) => {
    const information = informationOf(bitmap);
    if (information < minimumQuality) return { ok: false, reason: 'low-quality', quality: information };
    return { ok: true, hashes: raw(bitmap, turns), ...detailOf(bitmap) };
  };
}
