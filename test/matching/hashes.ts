/** Made-up hashes whose distances are hard on an index. */

/** A generator of numbers below `limit`, the same for the same seed (xorshift32). */
export function numbers(seed: number): (limit: number) => number {
  let state = seed || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** `bytes` with `count` random bits changed (some perhaps twice). */
export function flipped(bytes: Uint8Array, count: number, random: (limit: number) => number): Uint8Array {
  const copy = bytes.slice();
  for (let i = 0; i < count; i++) {
    const bit = random(bytes.length * 8);
    copy[bit >> 3]! ^= 1 << (bit & 7);
  }
  return copy;
}

export const kinds = ['random', 'clustered', 'degenerate', 'smooth'] as const;
export type Kind = (typeof kinds)[number];

const makers: Record<Kind, (rowBytes: number, random: (limit: number) => number) => () => Uint8Array> = {
  random: (rowBytes, random) => () => Uint8Array.from({ length: rowBytes }, () => random(256)),
  // Copies of a few pictures, altered more and less.
  clustered: (rowBytes, random) => {
    const centres = Array.from({ length: 40 }, () => makers.random(rowBytes, random)());
    return () => flipped(centres[random(centres.length)]!, random(rowBytes * 3), random);
  },
  // Next to nothing: all zero, all one, a few bits off.
  degenerate: (rowBytes, random) => () =>
    flipped(new Uint8Array(rowBytes).fill(random(2) * 255), random(4), random),
  // Like the blockhash of a gradient: every row of bits is ones up to an edge that wanders.
  smooth: (rowBytes, random) => () => {
    const side = Math.sqrt(rowBytes * 8);
    let edge = random(side);
    const bytes = new Uint8Array(rowBytes);
    for (let bit = 0; bit < rowBytes * 8; bit++) {
      if (bit % side === 0) edge = Math.min(side, Math.max(0, edge + random(3) - 1));
      if (bit % side < edge) bytes[bit >> 3]! |= 1 << (bit & 7);
    }
    return bytes;
  },
};

/** `rows` hashes of one kind, `rows * bits / 8` bytes. */
export function hashesOf(kind: Kind, bits: number, rows: number, seed: number): Uint8Array {
  const make = makers[kind](bits / 8, numbers(seed));
  const hashes = new Uint8Array((rows * bits) / 8);
  for (let row = 0; row < rows; row++) hashes.set(make(), (row * bits) / 8);
  return hashes;
}
