import { undecodable } from './stills.js';

/** Pixels of a picture of the stream. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** RGB, 8 bits each. */
  readonly data: Uint8Array;
}

/** Bytes that a header has at most. */
const longest = 64;

/**
 * Binary pixmaps (Netpbm P6, 8 bits) that follow one another in a stream, each when it is whole; one that is cut is left
 * out. Raises StageError('decode', 'undecodable') for another header, or a picture of more than `maxPixels`.
 */
export async function* picturesOf(
  stream: AsyncIterable<Uint8Array>,
  maxPixels: number,
): AsyncGenerator<Picture> {
  let head = '';
  let picture: { width: number; height: number; data: Uint8Array } | undefined;
  let filled = 0;
  for await (const chunk of stream) {
    for (let at = 0; at < chunk.length; ) {
      if (!picture) {
        head += String.fromCharCode(chunk[at++]!);
        const [, width, height] = /^P6\n(\d{1,5}) (\d{1,5})\n255\n$/.exec(head)?.map(Number) ?? [];
        if (!width || !height) {
          if (head.length > longest) throw undecodable('ffmpeg gave no picture');
          continue;
        }
        if (width * height > maxPixels) throw undecodable('ffmpeg gave a picture larger than asked for');
        picture = { width, height, data: new Uint8Array(width * height * 3) };
        head = '';
        filled = 0;
      }
      const piece = chunk.subarray(at, at + picture.data.length - filled);
      picture.data.set(piece, filled);
      at += piece.length;
      filled += piece.length;
      if (filled < picture.data.length) continue;
      yield picture;
      picture = undefined;
    }
  }
}
