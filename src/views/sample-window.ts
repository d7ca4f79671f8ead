import type { Bitmap } from '../core/types.js';
import { PixelMemory, pixelMachine } from '../kernels/index.js';

/**
 * The part of a picture that a view shows, in shares of its width and height. Values below 0 and above 1 lie outside
 * the picture.
 */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Degrees by which the picture is first turned clockwise about its centre. */
  readonly turn?: number;
}

/** Pixels a side of the result. */
const side = 256;

/**
 * PDQ's filters shift a picture by up to 1.5 pixels, which does not matter in large pictures. After a shift the other
 * way, the hash of 256 pixels lies within 6 bits of the hash of all pixels (median; 14 bits without the shift, 6 from
 * 512 pixels).
 */
const shift = 1;

/**
 * A window of a grey raster as 256×256 pixels, with bilinear interpolation. What lies outside the picture is mirrored
 * at its edge.
 * @param aspect width divided by height of the picture: turning needs it, and the raster does not keep it.
 */
export function sampleWindow(raster: Bitmap, window: Window, aspect: number): Bitmap {
  const { width, height, data } = raster;
  const { left, top, right, bottom, turn = 0 } = window;
  const cos = Math.cos((turn * Math.PI) / 180);
  const sin = Math.sin((turn * Math.PI) / 180);
  const wide = (right - left) / side;
  const tall = (bottom - top) / side;
  // One step to the right in the result is the step (XX, XY) through the raster; one step down is (YX, YY).
  const stepXX = wide * cos * width;
  const stepXY = -wide * sin * aspect * height;
  const stepYX = ((tall * sin) / aspect) * width;
  const stepYY = tall * cos * height;
  const centreX = (left + right - 1) / 2;
  const centreY = (top + bottom - 1) / 2;
  const middle = (side - 1) / 2 + shift;
  const startX = (0.5 + centreX) * width - 0.5 - middle * (stepXX + stepYX) + width;
  const startY = (0.5 + centreY) * height - 0.5 - middle * (stepXY + stepYY) + height;
  const fixed = (pixels: number) => Math.round(pixels * 65536);
  const steps = { xx: fixed(stepXX), xy: fixed(stepXY), yx: fixed(stepYX), yy: fixed(stepYY) };
  const across = reachOf(fixed(startX), steps.xx, steps.yx, width, 16);
  const down = reachOf(fixed(startY), steps.xy, steps.yy, height, 1);
  const stride = across.before + width + across.behind;
  const memory = new PixelMemory();
  const source = memory.take(width * height);
  const mirrored = memory.take(stride * (down.before + height + down.behind));
  const scratch = memory.take(side * 8 + stride * 2);
  const target = memory.take(side * side);
  const { kernel, buffer } = pixelMachine(memory.size);
  const bytes = new Uint8Array(buffer);
  bytes.set(data, source);
  kernel.mirror(source, width, height, across.before, across.behind, down.before, down.behind, mirrored);
  const { xx, xy, yx, yy } = steps;
  if (turn === 0) kernel.scale(mirrored, stride, side, across.start, down.start, xx, yy, scratch, target);
  else kernel.turn(mirrored, stride, side, across.start, down.start, xx, xy, yx, yy, target);
  return { width: side, height: side, channels: 1, data: bytes.slice(target, target + side * side) };
}

/**
 * How many pixels are read before and after a side of `length` pixels, and where reading starts, counted from the first
 * of the pixels before.
 * @param start in 65536ths of a pixel, and one `length` too far; so are the steps along a row and a column of the
 * result.
 * @param unit both numbers are multiples of it.
 */
function reachOf(start: number, alongRow: number, alongColumn: number, length: number, unit: number) {
  const last = side - 1;
  const corners = [0, last * alongRow, last * alongColumn, last * (alongRow + alongColumn)];
  const pixelOf = (offset: number) => ((start + offset) >> 16) - length;
  const whole = (pixels: number) => Math.max(0, Math.ceil(pixels / unit) * unit);
  const before = whole(-pixelOf(Math.min(...corners)));
  const behind = whole(pixelOf(Math.max(...corners)) + 2 - length);
  return { before, behind, start: start + (before - length) * 65536 };
}
