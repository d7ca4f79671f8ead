import fc from 'fast-check';
import type { HashList } from '../../src/core/hash-list.js';
import { toHex } from '../../src/core/hex.js';

/** Algorithms as the scanner names them to the loader. */
export const algorithms = {
  md5: 128,
  sha1: 160,
  sha256: 256,
  pdq: 256,
  phash: 64,
  phash256: 256,
  dhash: 64,
  blockhash: 256,
} as const;

/** A file's bytes in chunks of `size`. */
export async function* bytesOf(content: string | Uint8Array, size = 7): AsyncIterable<Uint8Array> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Everything a list holds, as text, in the order of its columns. */
export const contents = (list: HashList) =>
  [...list.columns].flatMap(([algorithm, { bits, size, hashes, entry }]) =>
    Array.from({ length: size }, (_, row) => ({
      algorithm,
      hex: toHex(hashes.subarray((row * bits) / 8, ((row + 1) * bits) / 8)),
      ...entry(row),
    })),
  );

/** An entry as a list would have it: no degenerate hash, an id without line ends. */
export interface Written {
  readonly id: string;
  readonly algorithm: keyof typeof algorithms;
  readonly hex: string;
}

const names = Object.keys(algorithms) as (keyof typeof algorithms)[];

export const written: fc.Arbitrary<Written> = fc
  .record({
    id: fc
      .string({ minLength: 1, maxLength: 12, unit: 'binary' })
      .filter((id) => /^[^\r\n\ufeff]*$/.test(id) && id.trim() === id),
    algorithm: fc.constantFrom(...names),
    seed: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  })
  .map(({ id, algorithm, seed }) => {
    seed[0] = seed[2]! ^ 1;
    return { id, algorithm, hex: toHex(seed.subarray(0, algorithms[algorithm] / 8)) };
  });
