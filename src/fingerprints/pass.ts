import type { Bitmap } from '../core/types.js';
import { type PixelMachine, PixelMemory, pixelMachine } from '../kernels/index.js';

/** Neighbouring rows of a picture in the kernel's memory. */
export interface Band {
  /** Address of the pixels, channels interleaved. */
  readonly source: number;
  /**
   * Address of their luma in tiles, eight rows at a time (see `tiles` of the kernel). Set only where a reducer asks for
   * it.
   */
  readonly luma: number;
  /** The first row's number. */
  readonly y: number;
  readonly rows: number;
}

/** Reduces one picture to something small. */
export interface Reducer<T> {
  /** Writes its tables into the kernel's memory. */
  start(machine: PixelMachine): void;
  /** Receives every row once, from top to bottom. */
  feed(machine: PixelMachine, band: Band): void;
  finish(machine: PixelMachine): T;
}

/** A kind of reduction of a picture. There is one object for each kind. */
export interface Reduction<T> {
  readonly usesLuma: boolean;
  /** False for pictures of an unusual shape, for which only `plainly` works. */
  fits(bitmap: Bitmap): boolean;
  /** @param bandRows most rows of a band, a multiple of 8. */
  begin(bitmap: Bitmap, memory: PixelMemory, bandRows: number): Reducer<T>;
  /** Gives the same result in plain TypeScript, bit for bit or with a difference that nothing depends on; slower. */
  plainly(bitmap: Bitmap): T;
}

/** Tables for wider rows would need many megabytes. */
export const mostWidth = 65536;

/** Length in bytes of the tiles of eight rows of so many pixels. */
export const tileBytes = (width: number) => Math.ceil(width / 8) * 128;

/** Length of a band in bytes. The band and everything made from it stay in the processor's own cache. */
const bandBytes = 131072;

const made = new WeakMap<Bitmap, Map<Reduction<unknown>, unknown>>();

// The reductions that earlier pictures needed. The next pictures will need them too, so one pass makes them all.
const customary = new Set<Reduction<unknown>>();

/** The reduction of a bitmap. It is kept as long as the bitmap exists. */
export function reduce<T>(bitmap: Bitmap, reduction: Reduction<T>): T {
  const known = made.get(bitmap) ?? new Map<Reduction<unknown>, unknown>();
  if (!known.has(reduction)) {
    made.set(bitmap, known);
    customary.add(reduction);
    if (reduction.fits(bitmap)) pass(bitmap, known);
    else known.set(reduction, reduction.plainly(bitmap));
  }
  return known.get(reduction) as T;
}

function pass(bitmap: Bitmap, known: Map<Reduction<unknown>, unknown>): void {
  const reductions = [...customary].filter((one) => !known.has(one) && one.fits(bitmap));
  const { width, height, channels, data } = bitmap;
  const rowBytes = width * channels;
  const bandRows = Math.max(8, Math.floor(bandBytes / rowBytes / 8) * 8);
  const memory = new PixelMemory();
  const source = memory.take(bandRows * rowBytes);
  const usesLuma = reductions.some((one) => one.usesLuma);
  const luma = usesLuma ? memory.take((bandRows / 8) * tileBytes(width)) : source;
  const reducers = reductions.map((one) => one.begin(bitmap, memory, bandRows));
  const machine = pixelMachine(memory.size);
  const bytes = new Uint8Array(machine.buffer);
  for (const reducer of reducers) reducer.start(machine);
  for (let y = 0; y < height; y += bandRows) {
    const rows = Math.min(bandRows, height - y);
    bytes.set(data.subarray(y * rowBytes, (y + rows) * rowBytes), source);
    for (let row = 0; usesLuma && row < rows; row += 8)
      machine.kernel.tiles(source + row * rowBytes, channels, width, luma + (row / 8) * tileBytes(width));
    for (const reducer of reducers) reducer.feed(machine, { source, luma, y, rows });
  }
  for (const [i, reducer] of reducers.entries()) known.set(reductions[i]!, reducer.finish(machine));
}
