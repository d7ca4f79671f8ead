import { sharpDecoder } from './sharp.js';
import { type Clock, type Read, undecodable } from './stills.js';
import type { DecodeLimits } from './types.js';

/**
 * Decodes the first picture of a PNG that was inside another file, or that another library made from one. The clock
 * stands still meanwhile, because libvips has its own time limit. Raises as `PictureDecoder.decode`.
 */
export async function readPng(png: Uint8Array, limits: DecodeLimits, clock: Clock): Promise<Read> {
  const read = async (): Promise<Read> => {
    const decoded = await sharpDecoder.decode(png, limits);
    for await (const { bitmap, orientation, shown } of decoded.bitmaps)
      return { bitmap, orientation, shown, isCut: decoded.degraded() };
    throw undecodable('libvips gave no pixels');
  };
  return clock.aside(read());
}
