import { rasterSide } from './pdq-reference.js';

/** Frequencies of PDQ a side, the first of them one half wave: there is no DC. */
export const frequencies = 16;

const { fround } = Math;

const cosines = Float32Array.from({ length: frequencies * rasterSide }, (_, k) => {
  const i = Math.floor(k / rasterSide);
  const j = k % rasterSide;
  return fround(Math.sqrt(2 / rasterSide)) * Math.cos((Math.PI / (2 * rasterSide)) * (i + 1) * (2 * j + 1));
});

/** PDQ's DCT of the raster, 16×16, row i = vertical frequency i + 1; every sum in float32, in the reference's order. */
export function referenceTransform(raster: Float32Array): Float64Array {
  const half = new Float64Array(frequencies * rasterSide);
  for (let i = 0; i < frequencies; i++) {
    for (let j = 0; j < rasterSide; j++) {
      let sum = 0;
      for (let k = 0; k < rasterSide; k++) {
        sum = fround(sum + fround(cosines[i * rasterSide + k]! * raster[k * rasterSide + j]!));
      }
      half[i * rasterSide + j] = sum;
    }
  }
  const out = new Float64Array(frequencies * frequencies);
  for (let i = 0; i < frequencies; i++) {
    for (let j = 0; j < frequencies; j++) {
      let sum = 0;
      for (let k = 0; k < rasterSide; k++) {
        sum = fround(sum + fround(half[i * rasterSide + k]! * cosines[j * rasterSide + k]!));
      }
      out[i * frequencies + j] = sum;
    }
  }
  return out;
}

/**
 * The same in double precision. Row i is frequency i + 1: odd frequencies change their sign where the raster is mirrored,
 * so that sums and differences of mirrored samples halve the work.
 */
export function fastTransform(raster: Float64Array): Float64Array {
  const middle = rasterSide / 2;
  const half = new Float64Array(frequencies * rasterSide);
  const folded = new Float64Array(2 * rasterSide);
  for (let k = 0; k < middle; k++) {
    const near = k * rasterSide;
    const far = (rasterSide - 1 - k) * rasterSide;
    for (let j = 0; j < rasterSide; j++) {
      folded[j] = raster[near + j]! - raster[far + j]!;
      folded[rasterSide + j] = raster[near + j]! + raster[far + j]!;
    }
    for (let i = 0; i < frequencies; i++) {
      const cosine = cosines[i * rasterSide + k]!;
      const from = (i % 2) * rasterSide;
      const to = i * rasterSide;
      for (let j = 0; j < rasterSide; j++) half[to + j]! += cosine * folded[from + j]!;
    }
  }
  const out = new Float64Array(frequencies * frequencies);
  for (let i = 0; i < frequencies; i++) {
    const row = i * rasterSide;
    for (let k = 0; k < middle; k++) {
      folded[k] = half[row + k]! - half[row + rasterSide - 1 - k]!;
      folded[rasterSide + k] = half[row + k]! + half[row + rasterSide - 1 - k]!;
    }
    for (let j = 0; j < frequencies; j++) {
      const from = (j % 2) * rasterSide;
      let sum = 0;
      for (let k = 0; k < middle; k++) sum += folded[from + k]! * cosines[j * rasterSide + k]!;
      out[i * frequencies + j] = sum;
    }
  }
  return out;
}

/**
 * Hash of 256 coefficients: a bit for each above the lower median, last coefficient first.
 * `gap` is the distance between the median and the next coefficient above it: noise below half of it changes no bit.
 */
export function hashOf(coefficients: Float64Array): { hex: string; gap: number } {
  const sorted = coefficients.slice().sort();
  const median = sorted[127]!;
  let hex = '';
  for (let k = coefficients.length - 4; k >= 0; k -= 4) {
    let digit = 0;
    for (let b = 3; b >= 0; b--) digit = 2 * digit + (coefficients[k + b]! > median ? 1 : 0);
    hex += digit.toString(16);
  }
  return { hex, gap: sorted[128]! - median };
}

/**
 * PDQ's quality, 0…100: the sum of the steps between neighbours of the raster, each truncated to whole percents.
 * `noise`, 0 or more and below 1, is how far a step may be off: `certain` is false where that could change the answer.
 */
export function qualityOf(raster: Float64Array, noise: number): { quality: number; certain: boolean } {
  let sum = 0;
  let fewer = 0;
  let more = 0;
  // Downwards, then along the rows.
  for (let apart = rasterSide; apart > 0; apart -= rasterSide - 1) {
    for (let k = 0; k + apart < raster.length; k++) {
      if (apart === 1 && (k & (rasterSide - 1)) === rasterSide - 1) continue;
      const step = Math.abs(fround(fround(fround(raster[k]! - raster[k + apart]!) * 100) / 255));
      const whole = step | 0;
      sum += whole;
      if (step - whole < noise && whole > 0) fewer += 1;
      if (step - whole >= 1 - noise) more += 1;
    }
  }
  const scale = (total: number) => Math.min(100, Math.floor(total / 90));
  return { quality: scale(sum), certain: scale(sum - fewer) === scale(sum + more) };
}
