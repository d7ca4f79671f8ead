import type { Frame } from '../core/types.js';

/** What an asset may cost to decode. */
export interface DecodeLimits {
  /** Pixels of one frame, as the header declares them. */
  readonly maxPixels: number;
  /** Frames or pages looked at of one asset, at least 1; more are sampled evenly, first and last included. */
  readonly maxFrames: number;
  /**
   * Seconds of decoding for one asset, at least 1; waiting for other pictures to leave memory does not count. Long animations get
   * more (`timeFor`).
   */
  readonly timeoutSeconds: number;
}

/** What applies where nothing else is asked for. */
export const defaultDecodeLimits: DecodeLimits = { maxPixels: 100e6, maxFrames: 10_000, timeoutSeconds: 30 };

/** A decoded asset; frames are decoded as they are asked for, so that few are in memory. Not JSON-safe. */
export interface Decoded {
  /** Pixels of the first frame as stored. */
  readonly width: number;
  readonly height: number;
  /** Frames in the file; final once `bitmaps` has ended, and 1 only where there never are more. */
  readonly frames: number;
  /**
   * The frames that are decoded, in order of their index; of an animation those that differ visibly from the last one given. Ends with a StageError like `decode` itself where the time is
   * up, and, after all others, where a frame that was to be looked at does not decode. Iterate once, to the end or with `break`: a frame's memory counts as in use
   * until the next one is asked for.
   */
  readonly bitmaps: AsyncIterable<Frame>;
  /** True when the file is damaged and was decoded as far as it goes; final once `bitmaps` has ended. */
  readonly degraded: () => boolean;
  /** True where not every frame was looked at, because there are too many; final once `bitmaps` has ended. Absent: false. */
  readonly sampled?: () => boolean;
}

/** What makes pixels of bytes. */
export interface PictureDecoder {
  /**
   * Decodes bytes to pixels as stored, 8 bits a channel, without ICC conversion.
   * Raises StageError('decode', …) with the codes `undecodable`, `pixel-limit`, `time-out`, and never yields pixels
   * for bytes that did not decode.
   */
  decode(bytes: Uint8Array, limits: DecodeLimits): Promise<Decoded>;
}

export interface Decoder extends PictureDecoder {
  /** Media types, as `sniff` tells them, that this decoder reads. */
  readonly mediaTypes: readonly string[];
}
