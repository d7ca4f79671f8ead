import type { Bitmap } from '../core/types.js';

/** Side of the raster that PDQ reduces a picture to. */
export const rasterSide = 64;

/** PDQ's window of the box filter along a side of `length` pixels. */
export const windowOf = (length: number) => Math.floor((length + 127) / 128);

/** The pixel that position `i` of the raster reads along a side of `length` pixels. */
export const sampleAt = (i: number, length: number) => Math.floor(((i + 0.5) * length) / rasterSide);

const { fround } = Math;
const red = fround(0.299);
const green = fround(0.587);
const blue = fround(0.114);

/** Row `y` as float32 luma, each product and sum rounded; the byte itself where the picture is grey. */
function lumaRow({ width, channels, data }: Bitmap, y: number, out: Float32Array): void {
  let i = y * width * channels;
  if (channels === 1) {
    out.set(data.subarray(i, i + width));
    return;
  }
  for (let x = 0; x < width; x++, i += channels) {
    const warm = fround(fround(red * data[i]!) + fround(green * data[i + 1]!));
    out[x] = fround(warm + fround(blue * data[i + 2]!));
  }
}

/** Running mean along one row in float32: add the new sample, subtract the old one, divide. */
function boxRow(input: Float32Array, window: number, output: Float32Array): void {
  const half = Math.floor((window + 2) / 2);
  const length = input.length;
  const full = fround(window);
  let sum = 0;
  let incoming = 0;
  let outgoing = 0;
  let o = 0;
  while (incoming < half - 1) sum = fround(sum + input[incoming++]!);
  while (incoming < window) {
    sum = fround(sum + input[incoming++]!);
    output[o++] = sum / incoming;
  }
  while (incoming < length) {
    sum = fround(fround(sum + input[incoming++]!) - input[outgoing++]!);
    output[o++] = sum / full;
  }
  while (o < length) {
    sum = fround(sum - input[outgoing++]!);
    output[o++] = sum / (length - outgoing);
  }
}

/**
 * As `boxRow`, down the columns, row by row. It keeps only the rows that the window still needs, and calls `emit`, in
 * order, for the output rows that `isWanted` accepts.
 */
function boxColumns(
  { width, height }: Bitmap,
  window: number,
  isWanted: (row: number) => boolean,
  emit: (means: Float32Array, row: number) => void,
): (row: Float32Array) => void {
  const half = Math.floor((window + 2) / 2);
  const sums = new Float32Array(width);
  const kept = Array.from({ length: window + 1 }, () => new Float32Array(width));
  const means = new Float32Array(width);
  let incoming = 0;
  const step = (row: Float32Array | undefined) => {
    const outgoing = incoming - window;
    if (row) {
      kept[incoming % kept.length]!.set(row);
      for (let x = 0; x < width; x++) sums[x] = sums[x]! + row[x]!;
    }
    if (outgoing >= 0) {
      const old = kept[outgoing % kept.length]!;
      for (let x = 0; x < width; x++) sums[x] = sums[x]! - old[x]!;
    }
    const o = incoming - half + 1;
    if (o >= 0 && isWanted(o)) {
      const count = Math.min(incoming, height - 1) - Math.max(outgoing, -1);
      for (let x = 0; x < width; x++) means[x] = sums[x]! / count;
      emit(means, o);
    }
    incoming += 1;
  };
  return (row) => {
    step(row);
    while (incoming >= height && incoming < height + half - 1) step(undefined);
  };
}

/**
 * The 64×64 raster of PDQ in the reference's order of float32 operations: two passes of a box filter along rows and
 * columns, then every (i + 0.5)·N/64-th pixel. Source: facebook/ThreatExchange, pdq/cpp. Memory grows with the
 * width and the window only.
 */
export function plainReferenceRaster(bitmap: Bitmap): Float32Array {
  const { width, height } = bitmap;
  const across = windowOf(width);
  const down = windowOf(height);
  const raster = new Float32Array(rasterSide * rasterSide);
  const smoothed = new Float32Array(width);
  const rows = Array.from({ length: rasterSide }, (_, i) => sampleAt(i, height));
  const columns = Array.from({ length: rasterSide }, (_, j) => sampleAt(j, width));
  const wanted = new Set(rows);
  const second = boxColumns(
    bitmap,
    down,
    (y) => wanted.has(y),
    (row, y) => {
      for (let i = rows.indexOf(y); rows[i] === y; i++) {
        for (let j = 0; j < rasterSide; j++) raster[i * rasterSide + j] = row[columns[j]!]!;
      }
    },
  );
  const first = boxColumns(
    bitmap,
    down,
    () => true,
    (row) => {
      boxRow(row, across, smoothed);
      second(smoothed);
    },
  );
  const luma = new Float32Array(width);
  const blurred = new Float32Array(width);
  for (let line = 0; line < height; line++) {
    lumaRow(bitmap, line, luma);
    boxRow(luma, across, blurred);
    first(blurred);
  }
  return raster;
}
