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

/** Milliseconds that ffmpeg may take to end after its last picture. */
const farewell = 5000;

/** Videos get the time of so many pictures. */
const patience = 20;

/** A video and what reads it. */
export interface VideoSource {
  readonly mediaType: string;
  /** It is closed with the last frame. */
  readonly store: ByteStore;
  /** Absolute path of ffmpeg. */
  readonly program: string | undefined;
}

/** A decoded video: `times` are the seconds of every frame that was looked at, by its index; final once `bitmaps` has ended. */
export type DecodedVideo = Omit<Decoded, 'width' | 'height' | 'frames'> & {
  readonly times: () => readonly number[];
};

/**
 * Frames of a video by ffmpeg: two a second and the first of each scene, fewer from `maxFrames` on (`sampled`), of every track of pictures, scaled down to
 * Full HD. Black frames and those that repeat the one before are left out, and count as looked at. `bitmaps` ends with
 * Skip('decoder-missing'), Skip('not-an-image') where there is no track of pictures, Skip('encrypted') where one needs a
 * key, and StageError('decode', …) with `undecodable` or `time-out`.
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

/** One video while its frames are looked at. */
class VideoReading {
  readonly times: number[] = [];
  isDegraded = false;
  isSampled = false;
  /** True where a track needs a key. */
  #isLocked = false;
  /** What ffmpeg reads: a file it can seek in, or undefined where it gets a pipe. */
  #input: number | undefined;
  readonly #clock: Countdown;

  constructor(
    private readonly source: VideoSource,
    private readonly limits: DecodeLimits,
  ) {
    this.#clock = new Countdown(patience * limits.timeoutSeconds);
  }

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

  /** The frames of a track that are worth a look; returns false where there is no such track. */
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

  /** All pictures of a track that ffmpeg hands over; returns false where there is no such track. */
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

  /** Whether it is a recording of sound, and not something damaged. */
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

/** Bytes of a pipe at once. */
const step = 1 << 20;

async function* piped(store: ByteStore): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < store.size; at += step) yield await store.read(at, Math.min(step, store.size - at));
}

/**
 * Bytes in memory as a file that ffmpeg can seek in, which the index at the end of an MP4 needs: Linux keeps `/dev/shm`
 * in memory, and the file has no name any more when this returns. Undefined where there is no such place, or no room.
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

/** Seconds that waiting for pictures may take; what is done with them in between does not count. */
class Countdown {
  #left: number;

  constructor(readonly seconds: number) {
    this.#left = seconds * 1000;
  }

  /** The pictures of a run, which is stopped when the time is up. Raises StageError('decode', 'time-out'). */
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
