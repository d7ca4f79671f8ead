import { StageError } from '../core/index.js';
import type { DecodeLimits } from './types.js';

/** Counts the wanted frames of an asset that do not decode. */
export class Losses {
  #lost = 0;
  #first: StageError | undefined;

  /** Counts one lost frame. */
  add(failure: StageError): void {
    this.#lost += 1;
    this.#first ??= failure;
  }

  /**
   * Raises StageError('decode', 'undecodable') where frames were lost, because nobody has looked at them. Call it after
   * the last frame.
   * @param wanted the number of wanted frames, with the lost ones.
   */
  end(wanted: number): void {
    const cause = this.#first;
    if (!cause) return;
    if (wanted === 1) throw cause;
    const message = `${this.#lost} of ${wanted} pictures in it do not decode: ${cause.message}`;
    throw new StageError('decode', 'undecodable', message, { cause });
  }
}

/**
 * Zero-based indices of at most `most` of `count` frames, in ascending order and evenly spread. The first and the last
 * frame are among them. Where `most` is 1, it is the first.
 */
export function sampleFrames(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  if (most === 1) return [0];
  return Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
}

/** The most pixels of one animation that a decoder yields, as a multiple of `maxPixels`. */
const largestPictures = 20;
/** A decoder yields so many frames of an animation whatever their size. */
const alwaysLooked = 64;
/** An asset with many frames gets more time: at most so many times that of one picture. */
const patience = 20;

/** The most frames that a decoder yields of an animation whose frames have `pixels` pixels each. */
export const mostFrames = ({ maxFrames, maxPixels }: DecodeLimits, pixels: number): number =>
  Math.min(maxFrames, Math.max(alwaysLooked, Math.floor((largestPictures * maxPixels) / pixels)));

/** The limits for an asset of so many frames. From 64 frames on the time grows with their number, up to 20 times. */
export const timeFor = (limits: DecodeLimits, frames: number): DecodeLimits => ({
  ...limits,
  timeoutSeconds: limits.timeoutSeconds * Math.min(patience, Math.max(1, frames / alwaysLooked)),
});

/** Neighbouring frames that a decoder decodes at once. */
export interface Batch {
  /** Zero-based index of the first frame. */
  readonly first: number;
  /** The number of frames that the decoder decodes. */
  readonly span: number;
  /** Ascending indices of the frames that it yields. */
  readonly wanted: readonly number[];
  /** Of a TIFF: the zero-based number of a picture below the page `first`. Where present, it is meant, not the page. */
  readonly below?: number;
}

/** Groups ascending frame indices into batches. No batch spans more than `most` frames. */
export function batches(indices: readonly number[], most: number): Batch[] {
  const groups: number[][] = [];
  for (const index of indices) {
    const group = groups.at(-1);
    if (group && index - group[0]! < most) group.push(index);
    else groups.push([index]);
  }
  return groups.map((wanted) => ({ first: wanted[0]!, span: wanted.at(-1)! - wanted[0]! + 1, wanted }));
}
