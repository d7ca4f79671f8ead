import { monotonic, StageError } from '../core/index.js';
import type { Bitmap, Frame, Orientation } from '../core/types.js';
import { Losses, mostFrames, sampleFrames, timeFor } from './frames.js';
import { pixelGate } from './gate.js';
import type { Decoded, DecodeLimits } from './types.js';
import { Unlike } from './unlike.js';

/** The pixels of one picture of a file. */
export interface Read {
  /** Pixels as stored. */
  readonly bitmap: Bitmap;
  /** How viewers turn the pixels. Default 1. */
  readonly orientation?: Orientation;
  /** True where the data end before the picture does, or are damaged. Default false. */
  readonly isCut?: boolean;
  /** The same pixels as viewers show them, where the colour profile changes the stored values. */
  readonly shown?: Bitmap | undefined;
}

/** One picture of a file. Its header is read, its pixels are not. */
export interface Still {
  /** Width in pixels, by the header. */
  readonly width: number;
  /** Height in pixels, by the header. */
  readonly height: number;
  /** True where `read` enters `pixelGate` itself, because it hands the picture to another decoder. */
  readonly isHandedOn?: true;
  /** Decodes the pixels. Raises StageError('decode', 'undecodable'), and what the clock raises. */
  read(clock: Clock): Read | Promise<Read>;
}

/** Makes the error for a picture that does not decode: StageError('decode', 'undecodable'). `why` is the reason. */
export const undecodable = (why: string, cause?: unknown) =>
  new StageError('decode', 'undecodable', `cannot decode the picture: ${why}`, { cause });

/** Raises StageError('decode', 'pixel-limit') for a picture of more pixels than `maxPixels`. */
export function checkSize({ width, height }: Pick<Still, 'width' | 'height'>, limits: DecodeLimits): void {
  if (width * height <= limits.maxPixels) return;
  throw new StageError(
    'decode',
    'pixel-limit',
    `the picture has ${width}×${height} pixels, more than the limit of ${limits.maxPixels}`,
  );
}

/** Measures the decoding time of one asset. It runs between `start` and `stop`. */
export class Clock {
  #left: number;
  #since = 0;

  constructor(readonly limits: DecodeLimits) {
    this.#left = limits.timeoutSeconds * 1000;
  }

  /** Lets the clock run. */
  start(): void {
    this.#since = monotonic();
  }

  /** Halts the clock. */
  stop(): void {
    this.#left -= monotonic() - this.#since;
  }

  /** Raises StageError('decode', 'time-out') where the running clock has used up the time. */
  check(): void {
    if (monotonic() - this.#since <= this.#left) return;
    throw new StageError(
      'decode',
      'time-out',
      `the picture took longer than ${this.limits.timeoutSeconds} s to decode`,
    );
  }

  /** Waits for `work` while the clock stands still: the work waits for its turn, or has its own time limit. */
  async aside<T>(work: Promise<T>): Promise<T> {
    this.stop();
    try {
      return await work;
    } finally {
      this.start();
    }
  }
}

const isFinal = (error: unknown) => !(error instanceof StageError && error.code === 'undecodable');

/**
 * Makes a decoded asset of the pictures of a file. It decodes each when the caller asks for it. Raises
 * StageError('decode', 'pixel-limit') where the first is too large, and `bitmaps` raises it for a later one. Raises
 * StageError('decode', 'undecodable') where there is no picture.
 * @param options `isCut` says that the file is damaged. `lost` has an error for each picture whose header cannot be
 * read. With `isAnimation`, `bitmaps` leaves out frames that look like the last one it yielded. `bitmaps` calls `end`
 * after the last picture; `end` raises where the file holds more than these. `bitmaps` calls `close` once, when it
 * ends.
 */
export function decodedStills(
  stills: readonly Still[],
  limits: DecodeLimits,
  options: {
    readonly isCut?: boolean;
    readonly isAnimation?: boolean;
    readonly lost?: readonly StageError[];
    readonly close?: () => void;
  } = {},
): Decoded {
  const { lost = [] } = options;
  const [first] = stills;
  if (!first) throw lost[0] ?? undecodable('the file holds no picture');
  checkSize(first, limits);
  let isDegraded = options.isCut === true || lost.length > 0;
  const most = options.isAnimation ? mostFrames(limits, first.width * first.height) : limits.maxFrames;
  const clock = new Clock(timeFor(limits, Math.min(most, stills.length)));
  const unlike = options.isAnimation && stills.length > 1 ? new Unlike() : undefined;

  async function read(still: Still, index: number): Promise<Frame> {
    clock.start();
    try {
      clock.check();
      const { bitmap, orientation = 1, isCut, shown } = await still.read(clock);
      if (isCut) isDegraded = true;
      return { index, bitmap, orientation, ...(shown && { shown }) };
    } finally {
      clock.stop();
    }
  }

  async function* each(): AsyncGenerator<Frame> {
    const losses = new Losses();
    for (const failure of lost) losses.add(failure);
    const indices = sampleFrames(stills.length, most);
    for (const index of indices) {
      const still = stills[index]!;
      checkSize(still, limits);
      const leave = still.isHandedOn ? () => {} : await pixelGate.enter(still.width * still.height);
      try {
        const frame = await read(still, index);
        if (unlike?.isNew(frame.bitmap) !== false) yield frame;
      } catch (error) {
        if (isFinal(error)) throw error;
        losses.add(error as StageError);
        isDegraded = true;
      } finally {
        leave();
      }
    }
    losses.end(indices.length + lost.length);
  }

  async function* bitmaps(): AsyncGenerator<Frame> {
    try {
      yield* each();
    } finally {
      options.close?.();
    }
  }
  const { width, height } = first;
  return {
    width,
    height,
    frames: stills.length + lost.length,
    bitmaps: bitmaps(),
    degraded: () => isDegraded,
    sampled: () => stills.length > most,
  };
}
