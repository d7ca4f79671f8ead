import { monotonic, StageError } from '../core/index.js';
import type { Bitmap, Frame, Orientation } from '../core/types.js';
import { Losses, mostFrames, sampleFrames, timeFor } from './frames.js';
import { pixelGate } from './gate.js';
import type { Decoded, DecodeLimits } from './types.js';
import { Unlike } from './unlike.js';

/** Pixels of one picture of a file. */
export interface Read {
  readonly bitmap: Bitmap;
  /** Default 1. */
  readonly orientation?: Orientation;
  /** True where the data end, or are damaged, before the picture does. */
  readonly isCut?: boolean;
  /** As of `Frame`. */
  readonly shown?: Bitmap | undefined;
}

/** One picture of a file whose header has been read. */
export interface Still {
  readonly width: number;
  readonly height: number;
  /** True where `read` keeps the limit of memory itself, because it hands the picture to another decoder. */
  readonly isHandedOn?: true;
  /** Decodes it, on the clock. Raises StageError('decode', 'undecodable'). */
  read(clock: Clock): Read | Promise<Read>;
}

/** The error of a picture that does not decode, with the reason. */
export const undecodable = (why: string, cause?: unknown) =>
  new StageError('decode', 'undecodable', `cannot decode the picture: ${why}`, { cause });

/** Raises StageError('decode', 'pixel-limit') for what is larger than the limit. */
export function checkSize({ width, height }: Pick<Still, 'width' | 'height'>, limits: DecodeLimits): void {
  if (width * height <= limits.maxPixels) return;
  throw new StageError(
    'decode',
    'pixel-limit',
    `the picture has ${width}×${height} pixels, more than the limit of ${limits.maxPixels}`,
  );
}

/** Time of one asset; waiting for other pictures to leave memory does not count. */
export class Clock {
  #left: number;
  #since = 0;

  constructor(readonly limits: DecodeLimits) {
    this.#left = limits.timeoutSeconds * 1000;
  }

  start(): void {
    this.#since = monotonic();
  }

  stop(): void {
    this.#left -= monotonic() - this.#since;
  }

  /** Raises StageError('decode', 'time-out') when the time is up. */
  check(): void {
    if (monotonic() - this.#since <= this.#left) return;
    throw new StageError(
      'decode',
      'time-out',
      `the picture took longer than ${this.limits.timeoutSeconds} s to decode`,
    );
  }

  /** `work`, which does not count: it waits for its turn, or has a time limit of its own. */
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
 * The pictures of a file, in order, each decoded when it is asked for. Raises StageError('decode', 'pixel-limit') where
 * the first is too large; a later one that is ends `bitmaps` so. `end` is called after the last one; it
 * raises where the file holds more than these. `lost` are pictures of the file whose header cannot be read. `close` is called
 * once, where `bitmaps` was begun. Of an animation (`isAnimation`) frames like the last one are left out.
 */
export function decodedStills(
  stills: readonly Still[],
  limits: DecodeLimits,
  options: {
    readonly isCut?: boolean;
    readonly isAnimation?: boolean;
    readonly lost?: readonly StageError[];
    readonly end?: () => void;
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
    options.end?.();
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
