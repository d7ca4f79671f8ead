import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, unlinkSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { monotonic, Skip, StageError } from '../core/index.js';
import type { ByteStore, Frame } from '../core/types.js';
import { demuxers } from './demuxers.js';
import { hasEncryptedTrack } from './encrypted.js';
import { type FfmpegRun, startFfmpeg } from './ffmpeg.js';
import { pixelGate } from './gate.js';
import { bitmapOf } from './pixels.js';
import type { Picture } from './ppm.js';
import { Repeats } from './repeats.js';
import { undecodable } from './stills.js';
import type { Decoded, DecodeLimits } from './types.js';

const locked = () => new Skip('encrypted', 'a track of pictures cannot be read without its key');

/** The most milliseconds that ffmpeg may take to end after its last picture. */
const farewell = 5000;

/** A video gets the time of so many pictures. */
const patience = 20;

/** A video and the program that reads it. */
export interface VideoSource {
  /** A media type for which `isVideo` is true. */
  readonly mediaType: string;
  /** The bytes of the video. The decoder closes the store when `bitmaps` ends. */
  readonly store: ByteStore;
  /** The absolute path of ffmpeg; undefined where it is not installed. */
  readonly program: string | undefined;
}

/** A decoded video. */
export type DecodedVideo = Omit<Decoded, 'width' | 'height' | 'frames'> & {
  /** The time in seconds of every frame that ffmpeg handed over, by its index. Final once `bitmaps` has ended. */
  readonly times: () => readonly number[];
};

/**
 * Decodes frames of a video by ffmpeg, from every track of pictures, scaled down to Full HD: two a second and one of
 * each scene. Beyond `maxFrames` frames of a track it takes fewer a second (`sampled`). `bitmaps` leaves out black
 * frames and those that look like the last one it yielded. `bitmaps` raises Skip('decoder-missing') without ffmpeg,
 * Skip('not-an-image') where the file only has sound, Skip('encrypted') where a track needs a key, and
 * StageError('decode', …) with `undecodable` or `time-out`.
 */
export function decodeVideo(source: VideoSource, limits: DecodeLimits): DecodedVideo {
  const reading = new VideoReading(source, limits);
  return {
    bitmaps: reading.bitmaps(),
    degraded: () => reading.isDegraded,
    sampled: () => reading.isSampled,
    times: () => reading.times,
  };
}

/** One video while ffmpeg decodes it. */
class VideoReading {
  /** The time in seconds of every picture that ffmpeg handed over, by the index of its frame. */
  readonly times: number[] = [];
  isDegraded = false;
  isSampled = false;
  /** True where a track needs a key. */
  #isLocked = false;
  /** The descriptor of a file in which ffmpeg can seek; undefined where ffmpeg gets a pipe. */
  #input: number | undefined;
  readonly #clock: Countdown;

  constructor(
    private readonly source: VideoSource,
    private readonly limits: DecodeLimits,
  ) {
    this.#clock = new Countdown(patience * limits.timeoutSeconds);
  }

  /** Yields the frames of all tracks, then closes the store. Raises as `bitmaps` of `decodeVideo`. */
  async *bitmaps(): AsyncGenerator<Frame> {
    const { store, program, mediaType } = this.source;
    const inMemory = store.descriptor === undefined ? await shared(store) : undefined;
    this.#input = store.descriptor ?? inMemory;
    try {
      if (program === undefined)
        throw new Skip(
          'decoder-missing',
          'videos are read by ffmpeg, which is not installed (apt-get install ffmpeg)',
        );
      this.#isLocked = demuxers[mediaType] === 'mov' && (await hasEncryptedTrack(store));
      for (let number = 0; ; number++) {
        if (yield* this.#framesOf(number)) continue;
        if (this.#isLocked) throw locked();
        if (number > 0) return;
        if (await this.#isSound()) throw new Skip('not-an-image', 'it has no track of pictures');
        throw undecodable('ffmpeg finds no track in it');
      }
    } finally {
      if (inMemory !== undefined) closeSync(inMemory);
      await store.close();
    }
  }

  /** Yields the frames of a track that are worth a look. Returns false where the file has no such track. */
  async *#framesOf(number: number): AsyncGenerator<Frame, boolean> {
    const frames = this.#track(number);
    const seen = new Repeats();
    try {
      for (;;) {
        const next = await frames.next();
        if (next.done) return next.value;
        const { picture, index } = next.value;
        if (!seen.isWorthLooking(picture)) continue;
        const { width, height, data } = picture;
        const leave = await pixelGate.enter(width * height);
        try {
          yield { index, orientation: 1, bitmap: bitmapOf(width, height, 3, data) };
        } finally {
          leave();
        }
      }
    } finally {
      await frames.return(false);
    }
  }

  /**
   * Yields all pictures of a track that ffmpeg hands over, and notes their times. Returns false where the file has no
   * such track. Raises StageError('decode', 'undecodable' or 'time-out').
   */
  async *#track(
    number: number,
  ): AsyncGenerator<{ readonly picture: Picture; readonly index: number }, boolean> {
    const { times } = this;
    const run = await this.#start(number);
    const base = times.length;
    let index = base;
    try {
      for await (const picture of this.#clock.during(run)) yield { picture, index: index++ };
      await Promise.race([run.ended, delay(farewell, undefined, { ref: false })]);
    } finally {
      run.stop();
      const ended = await run.ended;
      for (let at = 0; at < index - base; at++) times.push(ended.times[at] ?? times.at(-1) ?? 0);
    }
    const { isNoTrack, isWhole, isCutOff, words } = await run.ended;
    if (isNoTrack) return false;
    if (isCutOff) throw undecodable('ffmpeg was ended before the video was');
    if (index === base && !this.#isLocked)
      throw undecodable(`ffmpeg: ${words.trim().split('\n').at(-1)?.slice(0, 200) || 'no frame'}`);
    if (!isWhole) this.isDegraded = true;
    if (index - base > this.limits.maxFrames) this.isSampled = true;
    return true;
  }

  /** True where the file has a sound track: it is a recording of sound, not a damaged video. */
  async #isSound(): Promise<boolean> {
    const run = await this.#start('sound');
    for await (const _ of this.#clock.during(run));
    return !(await run.ended).isNoTrack;
  }

  async #start(track: number | 'sound'): Promise<FfmpegRun> {
    const { program, store, mediaType } = this.source;
    const isElementary = mediaType === 'video/mpeg' && (await store.read(0, 4))[3] === 0xb3;
    return startFfmpeg({
      program: program!,
      demuxer: isElementary ? 'mpegvideo' : demuxers[mediaType]!,
      track,
      input: this.#input ?? piped(store),
      maxPixels: this.limits.maxPixels,
      dense: this.limits.maxFrames,
      seconds: patience * this.limits.timeoutSeconds,
    });
  }
}

/** The bytes that `piped` reads at once. */
const step = 1 << 20;

async function* piped(store: ByteStore): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < store.size; at += step) yield await store.read(at, Math.min(step, store.size - at));
}

/**
 * Copies the bytes of a store to a file in memory and returns its descriptor. ffmpeg must seek in an MP4 whose index is
 * at the end. Linux keeps `/dev/shm` in memory, and the file loses its name at once. Undefined where the machine has no
 * such folder or no room in it.
 */
async function shared(store: ByteStore): Promise<number | undefined> {
  const name = `/dev/shm/hashsieve-${randomUUID()}`;
  let file: number;
  try {
    file = openSync(
      name,
      constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
      0o600,
    );
    unlinkSync(name);
  } catch {
    return undefined;
  }
  try {
    for await (const chunk of piped(store))
      for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at);
    return file;
  } catch {
    closeSync(file);
    return undefined;
  }
}

/** Limits the seconds that the decoder waits for pictures of ffmpeg. The time between two waits does not count. */
class Countdown {
  #left: number;

  constructor(readonly seconds: number) {
    this.#left = seconds * 1000;
  }

  /**
   * Yields the pictures of a run. When the time is up, it stops the run and raises StageError('decode', 'time-out').
   */
  async *during(run: FfmpegRun): AsyncGenerator<Picture> {
    const pictures = run.pictures[Symbol.asyncIterator]();
    let isLate = false;
    for (;;) {
      const began = monotonic();
      const timer = setTimeout(
        () => {
          isLate = true;
          run.stop();
        },
        Math.max(0, this.#left),
      );
      const next = await pictures.next().finally(() => {
        clearTimeout(timer);
        this.#left -= monotonic() - began;
      });
      if (isLate || this.#left <= 0)
        throw new StageError('decode', 'time-out', `the video took longer than ${this.seconds} s to decode`);
      if (next.done) return;
      yield next.value;
    }
  }
}
