import type { Dihedral, Turn } from '../core/index.js';
import { PixelMemory, pixelMachine } from '../kernels/index.js';
import { rasterSide } from './pdq-reference.js';

/** PDQ's frequencies a side. The first is one half wave: there is no DC. */
export const frequencies = 16;

const { fround } = Math;

const cosines = Float32Array.from({ length: frequencies * rasterSide }, (_, k) => {
  const i = Math.floor(k / rasterSide);
  const j = k % rasterSide;
  return fround(Math.sqrt(2 / rasterSide)) * Math.cos((Math.PI / (2 * rasterSide)) * (i + 1) * (2 * j + 1));
});

/** PDQ's DCT of the raster, 16×16, row i = vertical frequency i + 1; every sum in float32, in the reference's order. */
export function plainReferenceTransform(raster: Float32Array): Float64Array {
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

const turnedCosines = Float32Array.from(
  cosines,
  (_, k) => cosines[(k % frequencies) * rasterSide + Math.floor(k / frequencies)]!,
);

/** The same transform by the kernel, bit for bit. */
export function referenceTransform(raster: Float32Array): Float64Array {
  const memory = new PixelMemory();
  const source = memory.take(raster.byteLength);
  const table = memory.take(cosines.byteLength);
  const turned = memory.take(cosines.byteLength);
  const half = memory.take(frequencies * rasterSide * 4);
  const target = memory.take(frequencies * frequencies * 4);
  const { kernel, buffer } = pixelMachine(memory.size);
  new Float32Array(buffer, source, raster.length).set(raster);
  new Float32Array(buffer, table, cosines.length).set(cosines);
  new Float32Array(buffer, turned, cosines.length).set(turnedCosines);
  kernel.floatFrequencies(source, table, turned, half, target);
  return Float64Array.from(new Float32Array(buffer, target, frequencies * frequencies));
}

const exactCosines = Float64Array.from(cosines);

/** The same transform in double precision. */
export function fastTransform(raster: Float64Array): Float64Array {
  const memory = new PixelMemory();
  const source = memory.take(raster.byteLength);
  const table = memory.take(exactCosines.byteLength);
  const scratch = memory.take((frequencies + 2) * rasterSide * 8);
  const target = memory.take(frequencies * frequencies * 8);
  const { kernel, buffer } = pixelMachine(memory.size);
  new Float64Array(buffer, source, raster.length).set(raster);
  new Float64Array(buffer, table, exactCosines.length).set(exactCosines);
  kernel.frequencies(source, table, scratch, target);
  return new Float64Array(buffer, target, frequencies * frequencies).slice();
}

const selected = new Float64Array(frequencies * frequencies);

/**
 * The 128th and the 129th of 256 values in ascending order, by Hoare's selection: sorting them all takes several times
 * as long, and every turn of every view needs them.
 */
export function middleOf(values: Float64Array): readonly [lower: number, upper: number] {
  const v = selected;
  v.set(values);
  const middle = v.length / 2 - 1;
  for (let from = 0, until = v.length - 1; from < until; ) {
    const pivot = v[(from + until) >> 1]!;
    let i = from;
    let j = until;
    while (i <= j) {
      while (v[i]! < pivot) i += 1;
      while (v[j]! > pivot) j -= 1;
      if (i <= j) {
        const kept = v[i]!;
        v[i++] = v[j]!;
        v[j--] = kept;
      }
    }
    if (middle <= j) until = j;
    else if (middle >= i) from = i;
    else break;
  }
  let upper = Number.POSITIVE_INFINITY;
  for (let k = middle + 1; k < v.length; k++) upper = Math.min(upper, v[k]!);
  return [v[middle]!, upper];
}

/**
 * The hash of 256 coefficients: one bit for each above the lower median, last coefficient first. `gap` is the distance
 * between the median and the next coefficient above it: noise below half of it changes no bit.
 */
export function hashOf(coefficients: Float64Array): { hex: string; gap: number } {
  const [median, next] = middleOf(coefficients);
  let hex = '';
  for (let k = coefficients.length - 4; k >= 0; k -= 4) {
    let digit = 0;
    for (let b = 3; b >= 0; b--) digit = 2 * digit + (coefficients[k + b]! > median ? 1 : 0);
    hex += digit.toString(16);
  }
  return { hex, gap: next - median };
}

/**
 * PDQ's quality, 0…100: the sum of the steps between neighbours of the raster, each truncated to whole percents.
 * `noise`, at least 0 and below 1, is how far a step may be wrong: `certain` is false where that could change the
 * result.
 */
export function qualityOf(raster: Float64Array, noise: number): { quality: number; certain: boolean } {
  const memory = new PixelMemory();
  const source = memory.take(raster.byteLength);
  const target = memory.take(12);
  const { kernel, buffer } = pixelMachine(memory.size);
  new Float64Array(buffer, source, raster.length).set(raster);
  kernel.steps(source, noise, target);
  const [sum, fewer, more] = new Int32Array(buffer, target, 3) as unknown as [number, number, number];
  const scale = (total: number) => Math.min(100, Math.floor(total / 90));
  return { quality: scale(sum), certain: scale(sum - fewer) === scale(sum + more) };
}

/** The order in which the kernel writes the hashes of the turns. */
const places: readonly Dihedral[] = [
  'identity',
  'flipY',
  'flipX',
  'rotate180',
  'flipPlus1',
  'rotate90',
  'rotate270',
  'flipMinus1',
];

/**
 * What `hashOf` returns for the coefficients turned, and inverted: inversion negates every coefficient, and so every
 * bit. Four medians suffice, because swapping rows and columns only moves coefficients.
 */
export function turnedHashesOf(coefficients: Float64Array): (turn: Turn) => string {
  const memory = new PixelMemory();
  const source = memory.take(coefficients.byteLength);
  const scratch = memory.take(2 * coefficients.byteLength);
  const bytes = coefficients.length / 8;
  const target = memory.take(2 * places.length * bytes);
  const { kernel, buffer } = pixelMachine(memory.size);
  new Float64Array(buffer, source, coefficients.length).set(coefficients);
  kernel.turnedHashes(source, scratch, target);
  const hex = Buffer.from(buffer, target, 2 * places.length * bytes).toString('hex');
  return ({ dihedral, negative }) => {
    const place = places.indexOf(dihedral) + (negative ? places.length : 0);
    return hex.slice(place * bytes * 2, (place + 1) * bytes * 2);
  };
}
