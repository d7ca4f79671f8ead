import type { Socket } from 'node:net';

/** Raised for bytes that are not what the protocol says. */
export class Malformed extends Error {}

/** Reads a connection piece by piece, and takes a new piece only when its caller needs one. */
export class ByteSource {
  #held: Buffer = Buffer.alloc(0);
  readonly #pieces: AsyncIterator<Buffer>;

  constructor(socket: Socket) {
    this.#pieces = socket.iterator({ destroyOnReturn: false }) as unknown as AsyncIterator<Buffer>;
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#pieces.next();
    if (done) return false;
    this.#held = this.#held.length === 0 ? (value as Buffer) : Buffer.concat([this.#held, value as Buffer]);
    return true;
  }

  /**
   * Reads until `end`, and returns the text before it. Undefined where the connection ends before a byte came. Raises
   * Malformed where `end` does not come within `most` bytes, and where the connection ends before it.
   */
  async until(end: string, most: number): Promise<string | undefined> {
    for (;;) {
      const at = this.#held.indexOf(end);
      if (at > most || (at < 0 && this.#held.length > most))
        throw new Malformed('a line or header is too long');
      if (at >= 0) {
        const text = this.#held.subarray(0, at).toString('latin1');
        this.#held = this.#held.subarray(at + end.length);
        return text;
      }
      if (await this.#more()) continue;
      if (this.#held.length > 0) throw new Malformed('the connection ended in the middle');
      return undefined;
    }
  }

  /** Reads so many bytes and gives them in pieces. Raises Malformed where there are fewer. */
  async *exactly(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      if (this.#held.length === 0 && !(await this.#more()))
        throw new Malformed('the connection ended in the middle');
      const piece = this.#held.subarray(0, left);
      this.#held = this.#held.subarray(piece.length);
      left -= piece.length;
      // A copy: the piece is a part of a larger buffer, which it would keep in memory.
      yield Buffer.from(piece);
    }
  }
}
