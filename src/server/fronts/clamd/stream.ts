import type { Receipt } from '../../../app/index.js';

/**
 * Reads the stream of `INSTREAM`: chunks of a length (32 bits, big-endian) and as many bytes, until a length of 0. It
 * reserves no memory for a length that a client only announces.
 */
export class ChunkReader {
  #length = Buffer.alloc(0);
  /** Bytes of the chunk that are still to come. */
  #left = 0;

  constructor(
    readonly receipt: Receipt,
    private readonly most: number,
  ) {}

  /**
   * Reads the next bytes of the connection. Returns the bytes behind the end of the stream, or undefined where the
   * stream goes on. Raises the errors of `Receipt.add`, and RangeError as soon as a length says that the stream will
   * be too large.
   */
  take(bytes: Buffer): Buffer | undefined {
    let at = 0;
    while (at < bytes.length) {
      if (this.#left > 0) {
        const piece = bytes.subarray(at, at + this.#left);
        // A copy: the piece is a part of a larger buffer, which it would keep in memory.
        this.receipt.add(Buffer.from(piece));
        this.#left -= piece.length;
        at += piece.length;
        continue;
      }
      const digits = bytes.subarray(at, at + 4 - this.#length.length);
      this.#length = Buffer.concat([this.#length, digits]);
      at += digits.length;
      if (this.#length.length < 4) return undefined;
      this.#left = this.#length.readUInt32BE(0);
      this.#length = Buffer.alloc(0);
      if (this.#left === 0) return bytes.subarray(at);
      if (this.receipt.size + this.#left > this.most) throw new RangeError('too large');
    }
    return undefined;
  }
}
