import type { Bitmap, Frame } from '../core/types.js';
import { type Box, cutOut, sameBox, wholeOf } from './box.js';
import { lumaRaster } from './raster.js';
import { barTrim, strictTrim } from './trim.js';
import { turnUpright } from './turn-upright.js';

/**
 * Pixels of the raster's shorter side. Measured (docs/accuracy.md): views from 512 are about 4 bits of PDQ's 256 off those
 * of all pixels, from 256 about 12.
 */
export const rasterShortest = 512;

/** A picture must have this many pixels on its shorter side to be trimmed or bent: less is an icon. */
export const leastShortest = 32;

/** A frame and what several views of it share, each made once and only when a view asks for it. Not JSON-safe. */
export interface Seen {
  readonly frame: Frame;
  /** The picture as people see it, all pixels. */
  readonly upright: Bitmap;
  /** Its luma, box-averaged; undefined for pictures too small to be looked at in other ways. */
  readonly raster: Bitmap | undefined;
  /** What is left of the raster after each trim; undefined where there was nothing to trim. */
  readonly trims: { readonly strict: Bitmap | undefined; readonly bars: Bitmap | undefined };
}

export function see(frame: Frame): Seen {
  const seen: { upright?: Bitmap; raster?: { of: Bitmap | undefined }; trims?: Seen['trims'] } = {};
  return {
    frame,
    get upright() {
      seen.upright ??= turnUpright(frame.bitmap, frame.orientation);
      return seen.upright;
    },
    get raster() {
      const { width, height } = this.upright;
      seen.raster ??= {
        of: Math.min(width, height) < leastShortest ? undefined : lumaRaster(this.upright, rasterShortest),
      };
      return seen.raster.of;
    },
    get trims() {
      seen.trims ??= this.raster ? trimsOf(this.raster) : { strict: undefined, bars: undefined };
      return seen.trims;
    },
  };
}

function trimsOf(raster: Bitmap): Seen['trims'] {
  const whole = wholeOf(raster);
  const strict = strictTrim(raster);
  const bars = barTrim(raster);
  const cut = (box: Box) =>
    Math.min(box.width, box.height) < leastShortest ? undefined : cutOut(raster, box);
  return {
    strict: sameBox(strict, whole) ? undefined : cut(strict),
    bars: sameBox(bars, whole) || sameBox(bars, strict) ? undefined : cut(bars),
  };
}
