import type { Frame } from '../core/types.js';

/** What an asset may cost to decode. */
export interface DecodeLimits {
  /** Pixels of one frame, as the header declares them. */
  readonly maxPixels: number;
  /** Frames hashed of one asset; more are sampled evenly, first and last included. */
  readonly maxFrames: number;
  /** Seconds of decoding for one asset. */
  readonly timeoutSeconds: number;
}

/** A decoded asset; frames are decoded as they are asked for, so that one at a time is in memory. Not JSON-safe. */
export interface Decoded {
  /** Pixels of the first frame as stored. */
  readonly width: number;
  readonly height: number;
  /** Frames in the file. */
  readonly frames: number;
  /** The frames that are decoded, in order of their index. Ends with a StageError like `decode` itself. */
  readonly bitmaps: AsyncIterable<Frame>;
  /** True when the file is damaged and was decoded as far as it goes; final once `bitmaps` has ended. */
  readonly degraded: () => boolean;
}

export interface Decoder {
  /** Media types, as `sniff` tells them, that this decoder reads. */
  readonly mediaTypes: readonly string[];
  /**
   * Decodes bytes to pixels as stored, 8 bits a channel, without ICC conversion.
   * Raises StageError('decode', …) with the codes `undecodable`, `pixel-limit`, `time-out`, and never yields pixels
   * for bytes that did not decode.
   */
  decode(bytes: Uint8Array, limits: DecodeLimits): Promise<Decoded>;
}
