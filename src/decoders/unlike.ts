import type { Bitmap } from '../core/types.js';

/** The raster that compares two frames has so many cells a side. */
const side = 32;

/**
 * How much two frames may differ that look alike, on average and in one cell. `share` is of the contrast of the earlier
 * frame, `least` is in levels; the larger of both applies.
 */
const tolerance = { mean: { share: 0.02, least: 0.1 }, cell: { share: 0.2, least: 1 } } as const;

/** The mean brightness and opacity of every cell, 0…255. Width and height are those of the frame in pixels. */
interface Raster {
  readonly width: number;
  readonly height: number;
  readonly luma: Float64Array;
  readonly alpha: Float64Array;
}

/** Computes the raster from every pixel, because pixels between samples could hide a picture. */
function rasterOf({ width, height, channels, data }: Bitmap): Raster {
  const columns = Math.min(side, width);
  const rows = Math.min(side, height);
  const luma = new Float64Array(columns * rows);
  const alpha = new Float64Array(columns * rows).fill(channels === 4 ? 0 : 255);
  const begins = Array.from({ length: columns + 1 }, (_, k) => Math.floor((k * width) / columns));
  const counts = new Float64Array(columns * rows);
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.floor((y * rows) / height) * columns;
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      let opacity = 0;
      const count = begins[column + 1]! - begins[column]!;
      for (const end = i + count * channels; i < end; i += channels) {
        sum += channels === 1 ? 256 * data[i]! : 77 * data[i]! + 150 * data[i + 1]! + 29 * data[i + 2]!;
        if (channels === 4) opacity += data[i + 3]!;
      }
      luma[row + column]! += sum;
      counts[row + column]! += count;
      if (channels === 4) alpha[row + column]! += opacity;
    }
  }
  for (let k = 0; k < luma.length; k++) {
    luma[k]! /= 256 * counts[k]!;
    if (channels === 4) alpha[k]! /= counts[k]!;
  }
  return { width, height, luma, alpha };
}

/** The standard deviation of the values. */
function contrastOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** True where the values of two rasters differ by more than `tolerance`. */
function differs(values: Float64Array, last: Float64Array, contrast: number): boolean {
  const most = Math.max(tolerance.cell.least, tolerance.cell.share * contrast);
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    const difference = Math.abs(values[k]! - last[k]!);
    if (difference > most) return true;
    sum += difference;
  }
  return sum / values.length > Math.max(tolerance.mean.least, tolerance.mean.share * contrast);
}

/** Tells which frames of an animation or a video differ visibly from the last new one. */
export class Unlike {
  #last: (Raster & { readonly contrast: number }) | undefined;

  /**
   * True for the first frame, and for a frame that differs visibly from the last one that was new. Call it in order.
   */
  isNew(bitmap: Bitmap): boolean {
    const raster = rasterOf(bitmap);
    const last = this.#last;
    const isSame =
      last &&
      last.width === raster.width &&
      last.height === raster.height &&
      !differs(raster.luma, last.luma, last.contrast) &&
      !differs(raster.alpha, last.alpha, last.contrast);
    if (isSame) return false;
    this.#last = { ...raster, contrast: contrastOf(raster.luma) };
    return true;
  }
}
