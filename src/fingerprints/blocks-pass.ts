import type { Bitmap } from '../core/types.js';
import type { PixelMachine, PixelMemory } from '../kernels/index.js';
import { blockSums, shares } from './block-sums.js';
import { type Band, mostWidth, type Reducer, type Reduction, reduce } from './pass.js';

/** blockhash's blocks a side. */
export const blockSide = 16;

/** Sums of 16 bits would overflow with more rows of bytes. */
const mostRows = 256;

/** Sums whole rows as bytes as long as they lie in the same blocks, then divides the sums among the blocks. */
class BlockReducer implements Reducer<Float64Array> {
  readonly #across: ReturnType<typeof shares>;
  readonly #down: ReturnType<typeof shares>;
  readonly #samples: number;
  readonly #sums: number;
  readonly #blocks = new Float64Array(blockSide * blockSide);
  /** The first of the rows in the sums. */
  #from = 0;

  constructor(
    readonly bitmap: Bitmap,
    memory: PixelMemory,
  ) {
    this.#across = shares(bitmap.width, blockSide);
    this.#down = shares(bitmap.height, blockSide);
    this.#samples = bitmap.width * bitmap.channels;
    this.#sums = memory.take(this.#samples * 2);
  }

  start(machine: PixelMachine): void {
    this.#view(machine).fill(0);
  }

  #view({ buffer }: PixelMachine): Uint16Array {
    return new Uint16Array(buffer, this.#sums, this.#samples);
  }

  feed(machine: PixelMachine, { source, y, rows }: Band): void {
    const { first, share } = this.#down;
    for (let row = y; row < y + rows; row++) {
      const isApart = share[row]! < 1 || share[this.#from]! < 1 || first[row] !== first[this.#from];
      if (row > this.#from && (isApart || row - this.#from === mostRows)) this.#divide(machine, row);
      const at = source + (row - y) * this.#samples;
      machine.kernel.sumBytes(at, this.bitmap.channels, this.#samples, this.#sums);
    }
  }

  /** Adds the sums to their blocks, and starts new sums with row `next`. */
  #divide(machine: PixelMachine, next: number): void {
    const { width, channels } = this.bitmap;
    const sums = this.#view(machine);
    const { first, share } = this.#across;
    const line = new Float64Array(blockSide + 1);
    for (let x = 0, i = 0; x < width; x++, i += channels) {
      const value = channels === 1 ? 3 * sums[i]! : sums[i]! + sums[i + 1]! + sums[i + 2]!;
      line[first[x]!]! += value * share[x]!;
      line[first[x]! + 1]! += value * (1 - share[x]!);
    }
    const block = this.#down.first[this.#from]!;
    const part = this.#down.share[this.#from]!;
    for (let k = 0; k < blockSide; k++) {
      this.#blocks[block * blockSide + k]! += line[k]! * part;
      if (block + 1 < blockSide) this.#blocks[(block + 1) * blockSide + k]! += line[k]! * (1 - part);
    }
    sums.fill(0);
    this.#from = next;
  }

  finish(machine: PixelMachine): Float64Array {
    const { width, height } = this.bitmap;
    this.#divide(machine, height);
    const area = (width / blockSide) * (height / blockSide);
    return this.#blocks.map((sum) => sum / area);
  }
}

const blocks: Reduction<Float64Array> = {
  usesLuma: false,
  fits: ({ width, height }) => width <= mostWidth && width >= blockSide && height >= blockSide,
  begin: (bitmap, memory) => new BlockReducer(bitmap, memory),
  plainly: (bitmap) => blockSums(bitmap, blockSide),
};

/**
 * The means of R + G + B of blockhash's blocks: those of `blockSums`, but for rounding in double precision. Do not
 * change the result.
 */
export const blocksOf = (bitmap: Bitmap): Float64Array => reduce(bitmap, blocks);
