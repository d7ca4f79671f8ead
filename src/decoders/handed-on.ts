import { sharpDecoder } from './sharp.js';
import { type Clock, type Read, undecodable } from './stills.js';
import type { DecodeLimits } from './types.js';

/** The first picture of a PNG that another format held or was turned into. libvips has its own time limit. */
export async function readPng(png: Uint8Array, limits: DecodeLimits, clock: Clock): Promise<Read> {
  const read = async (): Promise<Read> => {
    const decoded = await sharpDecoder.decode(png, limits);
    for await (const { bitmap, orientation, shown } of decoded.bitmaps)
      return { bitmap, orientation, shown, isCut: decoded.degraded() };
    throw undecodable('libvips gave no pixels');
  };
  return clock.aside(read());
}
