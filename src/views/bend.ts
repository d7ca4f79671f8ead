import type { Bitmap } from '../core/types.js';
import { PixelMemory, pixelMachine } from '../kernels/pixels.js';

/** Which part of a picture is shown, in shares of its width and height: less than 0 and more than 1 lie outside of it. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Degrees that the picture is turned clockwise about its centre first. */
  readonly turn?: number;
}

/** Pixels a side of what is made. */
const side = 256;

/**
 * PDQ's filters shift pictures by up to 1.5 pixels, which is nothing in large pictures. Of 256 pixels one shifted the
 * other way lies within 6 bits of the hash of all pixels (median; 14 without, 6 from 512 pixels).
 */
const shift = 1;

/**
 * A window of a grey raster in 256×256 pixels, bilinear; what lies outside of the picture is mirrored at its edge.
 * @param aspect width divided by height of the picture: turning needs it, the raster does not keep it.
 */
export function bend(raster: Bitmap, window: Window, aspect: number): Bitmap {
  const { width, height, data } = raster;
  const { left, top, right, bottom, turn = 0 } = window;
  const columns = mirrorTable(width);
  const rows = mirrorTable(height).map((row) => row * width);
  const cos = Math.cos((turn * Math.PI) / 180);
  const sin = Math.sin((turn * Math.PI) / 180);
  const wide = (right - left) / side;
  const tall = (bottom - top) / side;
  // One step to the right of the result is this step through the raster, and one step down that.
  const stepXX = wide * cos * width;
  const stepXY = -wide * sin * aspect * height;
  const stepYX = ((tall * sin) / aspect) * width;
  const stepYY = tall * cos * height;
  const centreX = (left + right - 1) / 2;
  const centreY = (top + bottom - 1) / 2;
  const middle = (side - 1) / 2 + shift;
  const startX = (0.5 + centreX) * width - 0.5 - middle * (stepXX + stepYX) + width;
  const startY = (0.5 + centreY) * height - 0.5 - middle * (stepXY + stepYY) + height;
  const memory = new PixelMemory();
  const source = memory.take(width * height);
  const columnTable = memory.take(columns.byteLength);
  const rowTable = memory.take(rows.byteLength);
  const target = memory.take(side * side);
  const { kernel, buffer } = pixelMachine(memory.size);
  const bytes = new Uint8Array(buffer);
  bytes.set(data, source);
  new Int32Array(buffer, columnTable, columns.length).set(columns);
  new Int32Array(buffer, rowTable, rows.length).set(rows);
  const fixed = (pixels: number) => Math.round(pixels * 65536);
  const steps = [stepXX, stepXY, stepYX, stepYY].map(fixed) as [number, number, number, number];
  kernel.bend(source, columnTable, rowTable, side, fixed(startX), fixed(startY), ...steps, target);
  return { width: side, height: side, channels: 1, data: bytes.slice(target, target + side * side) };
}

const mirrors = new Map<number, Int32Array>();

/** For positions from -length to 2·length, the pixel that a mirror at either edge shows. */
function mirrorTable(length: number): Int32Array {
  let table = mirrors.get(length);
  if (!table) {
    table = new Int32Array(3 * length);
    for (let k = 0; k < length; k++) {
      table[k] = length - 1 - k;
      table[length + k] = k;
      table[2 * length + k] = length - 1 - k;
    }
    mirrors.set(length, table);
  }
  return table;
}
