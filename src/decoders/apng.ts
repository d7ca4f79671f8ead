import { monotonic, StageError } from '../core/index.js';
import type { Bitmap, Frame } from '../core/types.js';
import { Canvas, type Placement } from './apng-canvas.js';
import { Losses, mostFrames, sampleFrames, timeFor } from './frames.js';
import { type Chunk, chunksOf } from './png-chunks.js';
import { pngOf } from './png-of.js';
import { type PngColours, pngColours, pngProfile, shownThrough, shownWith } from './profile.js';
import { load, sharpDecoder } from './sharp.js';
import { checkSize, undecodable } from './stills.js';
import type { Decoded, DecodeLimits, PictureDecoder } from './types.js';
import { Unlike } from './unlike.js';

/** Above this many pixels the decoder keeps no canvas: it yields each frame as the file stores it. */
const mostCanvasPixels = 25e6;

/** A frame as the file stores it. */
interface StoredFrame {
  /** Absent for a default image that does not belong to the animation. */
  readonly placement?: Placement;
  /** The packed pixels: the contents of its chunks IDAT or fdAT, without the sequence numbers. */
  readonly data: Uint8Array[];
}

/** What the decoder has read of an animated PNG before it decodes any pixels. */
interface Animation {
  /** The 13 bytes of IHDR; empty where the file has none. */
  readonly header: Uint8Array;
  /** The chunks that every frame needs: palette, transparency, orientation. */
  readonly shared: readonly Chunk[];
  /** The ICC profile of the file. */
  readonly profile: Uint8Array | undefined;
  /** The colours that the file declares where it has no profile. */
  readonly colours: PngColours | undefined;
  readonly frames: readonly StoredFrame[];
  /** True where the file does not end with a whole IEND. */
  readonly isCut: boolean;
}

const uint32 = (data: Uint8Array, at: number) => new DataView(data.buffer, data.byteOffset).getUint32(at);

/** The placement that the 26 bytes of a chunk fcTL declare. */
const placementOf = (data: Uint8Array): Placement => ({
  width: uint32(data, 4),
  height: uint32(data, 8),
  x: uint32(data, 12),
  y: uint32(data, 16),
  dispose: data[24]!,
  blend: data[25]!,
});

/**
 * Reads the chunks. The frames keep the order of the file. A default image outside the animation counts as the first
 * frame, because some viewers show it.
 */
function parse(bytes: Uint8Array): Animation {
  let header = new Uint8Array();
  const shared: Chunk[] = [];
  const frames: StoredFrame[] = [];
  let isCut = true;
  let isDefaultSeen = false;
  for (const chunk of chunksOf(bytes)) {
    const { type, data } = chunk;
    if (type === 'IHDR' && data.length === 13) header = data.slice();
    else if (type === 'PLTE' || type === 'tRNS' || type === 'eXIf') shared.push(chunk);
    else if (type === 'fcTL' && data.length === 26) frames.push({ placement: placementOf(data), data: [] });
    else if (type === 'IDAT') {
      if (!isDefaultSeen && frames.length === 0) frames.push({ data: [] });
      isDefaultSeen = true;
      frames.at(-1)!.data.push(data);
    } else if (type === 'fdAT') frames.at(-1)?.data.push(data.subarray(4));
    isCut = chunk.isCut || type !== 'IEND';
  }
  const own = { profile: pngProfile(bytes), colours: pngColours(bytes) };
  return { header, shared, ...own, frames: frames.filter(({ data }) => data.length > 0), isCut };
}

/** One stored frame as a PNG of its own. */
function pngOfFrame({ header, shared }: Animation, { placement, data }: StoredFrame): Uint8Array {
  const own = Buffer.from(header);
  if (placement) {
    own.writeUInt32BE(placement.width, 0);
    own.writeUInt32BE(placement.height, 4);
  }
  return pngOf([{ type: 'IHDR', data: own }, ...shared, { type: 'IDAT', data: Buffer.concat(data) }]);
}

const isInside = ({ x, y, width, height }: Placement, canvas: { width: number; height: number }) =>
  x + width <= canvas.width && y + height <= canvas.height;

/** An animated PNG while it is decoded. libvips reads only the default image, so it gets each frame as its own PNG. */
class ApngPicture {
  #isDegraded: boolean;
  #millisecondsLeft: number;

  constructor(
    readonly animation: Animation,
    readonly limits: DecodeLimits,
  ) {
    this.#isDegraded = animation.isCut;
    this.#millisecondsLeft = timeFor(limits, animation.frames.length).timeoutSeconds * 1000;
  }

  readonly degraded = () => this.#isDegraded;
  isSampled = false;

  /** Decodes one stored frame in the time that is left. Returns the error of a frame that does not decode. */
  async #still(stored: StoredFrame): Promise<Frame | StageError> {
    const timeoutSeconds = Math.max(0.001, this.#millisecondsLeft / 1000);
    const began = monotonic();
    try {
      const decoded = await sharpDecoder.decode(pngOfFrame(this.animation, stored), {
        ...this.limits,
        timeoutSeconds,
      });
      for await (const frame of decoded.bitmaps) {
        if (decoded.degraded()) this.#isDegraded = true;
        return frame;
      }
    } catch (error) {
      if (!(error instanceof StageError) || error.code !== 'undecodable') throw error;
      this.#isDegraded = true;
      return error;
    } finally {
      this.#millisecondsLeft -= monotonic() - began;
    }
    return undecodable('libvips gave no pixels');
  }

  /** A frame as viewers show it. Undefined where that is nearly what the file stores. */
  async #shown(bitmap: Bitmap): Promise<Bitmap | undefined> {
    const { profile, colours } = this.animation;
    if (profile) return shownThrough(bitmap, profile, load());
    return colours && shownWith(bitmap, colours);
  }

  /**
   * Decodes every frame, because each builds on those before it. Without a canvas it decodes only the wanted frames. It
   * yields the wanted frames that differ visibly from the last one it yielded.
   */
  async *frames(width: number, height: number): AsyncGenerator<Frame> {
    const stored = this.animation.frames;
    const wanted = new Set(sampleFrames(stored.length, mostFrames(this.limits, width * height)));
    this.isSampled = wanted.size < stored.length;
    const unlike = new Unlike();
    const canvas = width * height <= mostCanvasPixels ? new Canvas(width, height) : undefined;
    const losses = new Losses();
    for (const [index, { placement, data }] of stored.entries()) {
      if (!canvas && !wanted.has(index)) continue;
      const frame = await this.#still(placement ? { placement, data } : { data });
      const isOutside = canvas && placement && !isInside(placement, canvas);
      if (isOutside) this.#isDegraded = true;
      if (isOutside || frame instanceof StageError) {
        if (wanted.has(index))
          losses.add(frame instanceof StageError ? frame : undecodable('a frame lies outside of it'));
        continue;
      }
      if (canvas && placement) canvas.draw(frame.bitmap, placement);
      if (!wanted.has(index)) continue;
      const bitmap = canvas && placement ? canvas.bitmap() : frame.bitmap;
      if (!unlike.isNew(bitmap)) continue;
      const shown = await this.#shown(bitmap);
      yield { ...frame, index, bitmap, ...(shown && { shown }) };
    }
    losses.end(wanted.size);
  }
}

/** Decodes animated PNGs (PNG 3rd edition): every frame as viewers show it. Raises as `PictureDecoder.decode`. */
export const apngDecoder: PictureDecoder = {
  async decode(bytes, limits): Promise<Decoded> {
    const animation = parse(bytes);
    if (animation.frames.length === 0 || animation.header.length === 0) {
      throw undecodable('no frame in the animated PNG');
    }
    const width = uint32(animation.header, 0);
    const height = uint32(animation.header, 4);
    checkSize({ width, height }, limits);
    const picture = new ApngPicture(animation, limits);
    return {
      width,
      height,
      frames: animation.frames.length,
      bitmaps: picture.frames(width, height),
      degraded: picture.degraded,
      sampled: () => picture.isSampled,
    };
  },
};
