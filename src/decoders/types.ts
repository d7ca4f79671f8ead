import type { Frame } from '../core/types.js';

/** What an asset may cost to decode. */
export interface DecodeLimits {
  /** The most pixels of one frame, by the size that the header declares. */
  readonly maxPixels: number;
  /**
   * The most frames or pages of one asset that a decoder yields, at least 1. Of a longer asset it takes a sample:
   * evenly spread frames, the first and the last among them. A video has no such limit: after so many chosen frames of
   * a track ffmpeg chooses the next ones at growing intervals, to the end of the track.
   */
  readonly maxFrames: number;
  /**
   * Seconds of decoding for one asset, at least 1. The time that it waits for other pictures to leave memory does not
   * count. Assets of many frames get more (`timeFor`).
   */
  readonly timeoutSeconds: number;
}

/** The limits where the user sets no others. */
export const defaultDecodeLimits: DecodeLimits = { maxPixels: 100e6, maxFrames: 10_000, timeoutSeconds: 30 };

/**
 * An asset whose header is read. Each frame is decoded when the caller asks for it, so few are in memory. Not
 * JSON-safe.
 */
export interface Decoded {
  /** Width of the first frame in pixels, as stored. */
  readonly width: number;
  /** Height of the first frame in pixels, as stored. */
  readonly height: number;
  /**
   * The number of frames in the file. Final once `bitmaps` has ended. It is 1 only where the file has no second frame.
   */
  readonly frames: number;
  /**
   * The frames that decode, in the order of their index. Of an animation it yields only frames that differ visibly from
   * the last one it yielded. It raises the same errors as `decode`: at once where the time is up or a frame is too
   * large, and after all other frames where a wanted frame does not decode. Iterate once, to the end or with `break`: a
   * frame counts as in memory until the caller asks for the next one.
   */
  readonly bitmaps: AsyncIterable<Frame>;
  /** True where the file is damaged and the decoder read only what it could. Final once `bitmaps` has ended. */
  readonly degraded: () => boolean;
  /** True where the decoder took a sample of too many frames. Final once `bitmaps` has ended. Absent: false. */
  readonly sampled?: () => boolean;
}

/** Decodes pictures of one or more formats. */
export interface PictureDecoder {
  /**
   * Decodes the bytes of a file to pixels as stored, 8 bits a channel, without ICC conversion. Raises
   * StageError('decode', …) with the codes `undecodable`, `pixel-limit`, `time-out` and `out-of-memory`. It never
   * yields pixels for bytes that did not decode.
   */
  decode(bytes: Uint8Array, limits: DecodeLimits): Promise<Decoded>;
}

/** A picture decoder with the media types that it reads. */
export interface Decoder extends PictureDecoder {
  /** The media types that this decoder reads, as `sniff` tells them. */
  readonly mediaTypes: readonly string[];
}
