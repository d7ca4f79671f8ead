import type { Bitmap } from '../core/types.js';

/** Side of the raster that PDQ reduces a picture to. */
export const rasterSide = 64;

/** PDQ's window of the box filter along a side of `length` pixels. */
export const windowOf = (length: number) => Math.floor((length + 127) / 128);

/** The pixel that is read for position `i` of the raster along a side of `length` pixels. */
export const sampleAt = (i: number, length: number) => Math.floor(((i + 0.5) * length) / rasterSide);

type EmitRow = (row: Float32Array) => void;

const { fround } = Math;
const red = fround(0.299);
const green = fround(0.587);
const blue = fround(0.114);

/** Row `y` as float32 luma, each product and sum rounded; the byte itself where the picture is grey. */
function lumaRow({ width, channels, data }: Bitmap, y: number, out: Float32Array): void {
  for (let x = 0, i = y * width * channels; x < width; x++, i += channels) {
    out[x] =
      channels === 1
        ? data[i]!
        : fround(fround(fround(red * data[i]!) + fround(green * data[i + 1]!)) + fround(blue * data[i + 2]!));
  }
}

/** Running mean along one row in float32: add the new sample, subtract the old one, divide. */
function boxRow(input: Float32Array, window: number, output: Float32Array): void {
  const half = Math.floor((window + 2) / 2);
  const length = input.length;
  let sum = 0;
  for (let o = 1 - half; o < length; o++) {
    const incoming = o + half - 1;
    const outgoing = o - (window - half) - 1;
    if (incoming < length) sum = fround(sum + input[incoming]!);
    if (outgoing >= 0) sum = fround(sum - input[outgoing]!);
    const count = Math.min(incoming, length - 1) - Math.max(outgoing, -1);
    if (o >= 0) output[o] = sum / count;
  }
}

/** The same down the columns, a row at a time, keeping only the rows that the window still needs. */
function boxColumns(width: number, height: number, window: number, emit: EmitRow): EmitRow {
  const half = Math.floor((window + 2) / 2);
  const sums = new Float32Array(width);
  const kept = Array.from({ length: window + 1 }, () => new Float32Array(width));
  const output = new Float32Array(width);
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
    const count = Math.min(incoming, height - 1) - Math.max(outgoing, -1);
    if (incoming >= half - 1) {
      for (let x = 0; x < width; x++) output[x] = sums[x]! / count;
      emit(output);
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
export function referenceRaster(bitmap: Bitmap): Float32Array {
  const { width, height } = bitmap;
  const across = windowOf(width);
  const down = windowOf(height);
  const raster = new Float32Array(rasterSide * rasterSide);
  const smoothed = new Float32Array(width);
  let y = 0;
  let i = 0;
  const sample: EmitRow = (row) => {
    for (; i < rasterSide && sampleAt(i, height) === y; i++) {
      for (let j = 0; j < rasterSide; j++) raster[i * rasterSide + j] = row[sampleAt(j, width)]!;
    }
    y += 1;
  };
  const second = boxColumns(width, height, down, sample);
  const first = boxColumns(width, height, down, (row) => {
    boxRow(row, across, smoothed);
    second(smoothed);
  });
  const luma = new Float32Array(width);
  const blurred = new Float32Array(width);
  for (let line = 0; line < height; line++) {
    lumaRow(bitmap, line, luma);
    boxRow(luma, across, blurred);
    first(blurred);
  }
  return raster;
}
