import pLimit from 'p-limit';
import { Busy, type Receipt, TooLarge } from './serve-types.js';

/** Bounds how many uploads are scanned at once and how many wait; what comes after these raises Busy. */
export function createQueue(running: number, waiting: number) {
  const limit = pLimit(running);
  const load = () => ({
    running: limit.activeCount,
    waiting: limit.pendingCount,
  });
  return {
    load,
    /** Runs a piece of work once there is a place for it. */
    run<T>(work: () => Promise<T>): Promise<T> {
      const now = load();
      if (now.running + now.waiting >= running + waiting) throw new Busy('too many uploads wait');
      return limit(work);
    },
  };
}

/** Bounds the memory that the bytes of all uploads take together, and the size of each. */
export function createReceiving(maxBytes: number, maxTogether: number) {
  let taken = 0;
  return {
    taken: () => taken,
    receive(): Receipt {
      let pieces: Uint8Array[] = [];
      let size = 0;
      return {
        get size() {
          return size;
        },
        add(piece) {
          if (size + piece.length > maxBytes) throw new TooLarge(`larger than ${maxBytes} bytes`);
          if (taken + piece.length > maxTogether) throw new Busy('the uploads take too much memory');
          pieces.push(piece);
          size += piece.length;
          taken += piece.length;
        },
        bytes() {
          if (pieces.length !== 1) pieces = [Buffer.concat(pieces)];
          return pieces[0]!;
        },
        release() {
          taken -= size;
          size = 0;
          pieces = [];
        },
      };
    },
  };
}
