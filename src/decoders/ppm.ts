import { undecodable } from './stills.js';

/** One picture of the stream. */
export interface Picture {
  /** Width in pixels. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
  /** RGB, 8 bits a channel, row by row. */
  readonly data: Uint8Array;
}

/** The most bytes of a header. */
const longest = 64;

/**
 * Reads binary pixmaps (Netpbm P6, 8 bits) that follow one another in a stream. It yields each once all of its bytes
 * are there, and drops a last one that is cut. Raises StageError('decode', 'undecodable') for another header, and for a
 * picture of more than `maxPixels` pixels.
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
