import { StageError } from '../core/index.js';
import type { DecodeLimits } from './types.js';

/** Counts wanted frames of an asset that do not decode, while others may. */
export class Losses {
  #lost = 0;
  #first: StageError | undefined;

  add(failure: StageError): void {
    this.#lost += 1;
    this.#first ??= failure;
  }

  /**
   * Call it after the frames that decode. Raises StageError('decode', 'undecodable') where some did not, because no one
   * has looked at them. @param wanted number of wanted frames, lost ones included.
   */
  end(wanted: number): void {
    const cause = this.#first;
    if (!cause) return;
    if (wanted === 1) throw cause;
    const message = `${this.#lost} of ${wanted} pictures in it do not decode: ${cause.message}`;
    throw new StageError('decode', 'undecodable', message, { cause });
  }
}

/** Indices of at most `most` of `count` frames, evenly spread, the first and the last among them (the first, if one). */
export function sampleFrames(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  if (most === 1) return [0];
  return Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
}

/** How many pixels are looked at in one animation, as a multiple of the largest picture. */
const largestPictures = 20;
/** So many frames are looked at whatever their size. */
const alwaysLooked = 64;
/** An asset with more frames has more time: up to so many times that of one picture. */
const patience = 20;

/** How many frames of an animation are looked at, if each has so many pixels. */
export const mostFrames = ({ maxFrames, maxPixels }: DecodeLimits, pixels: number): number =>
  Math.min(maxFrames, Math.max(alwaysLooked, Math.floor((largestPictures * maxPixels) / pixels)));

/** Limits of an asset of so many frames: more time than one picture has. */
export const timeFor = (limits: DecodeLimits, frames: number): DecodeLimits => ({
  ...limits,
  timeoutSeconds: limits.timeoutSeconds * Math.min(patience, Math.max(1, frames / alwaysLooked)),
});

/** Neighbouring frames that are decoded at once: `span` frames from `first` on, of which `wanted` are hashed. */
export interface Batch {
  readonly first: number;
  readonly span: number;
  readonly wanted: readonly number[];
  /** Of a TIFF: not the page `first` itself, but the picture of this number below it. */
  readonly below?: number;
}

/** Groups ascending frame indices so that no batch spans more than `most` frames. */
export function batches(indices: readonly number[], most: number): Batch[] {
  const groups: number[][] = [];
  for (const index of indices) {
    const group = groups.at(-1);
    if (group && index - group[0]! < most) group.push(index);
    else groups.push([index]);
  }
  return groups.map((wanted) => ({ first: wanted[0]!, span: wanted.at(-1)! - wanted[0]! + 1, wanted }));
}
