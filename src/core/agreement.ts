/**
 * Of the unrelated pairs of photographs that are near each other under the rarer of two algorithms, the share that is as
 * near under the other one: measured over 7 million pairs, where each algorithm takes one pair in 50,000 to one in 1,000
 * for near (docs/accuracy.md). Each is the largest share that was seen, rounded up.
 */
const shares: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  pdq: { phash256: 0.35, phash: 0.1, dhash: 0.05, blockhash: 0.02 },
  phash256: { phash: 0.12, dhash: 0.06, blockhash: 0.03 },
  phash: { dhash: 0.09, blockhash: 0.03 },
  dhash: { blockhash: 0.25 },
};

/** One algorithm's hit of an entry. */
export interface Agreeing {
  readonly algorithm: string;
  /** Chance matches in a million pictures. */
  readonly expected: number;
}

/**
 * The chance matches in a million pictures that hit one entry under several algorithms at once: those of the rarer hit,
 * times the share of them that the other algorithm has too, for the pair of hits that gives least. More than two are
 * not multiplied, because only pairs were measured; a pair that no one measured makes nothing rarer. Infinity without
 * any hit.
 */
export function expectedOfAgreement(hits: readonly Agreeing[]): number {
  let least = Math.min(...hits.map(({ expected }) => expected));
  for (const [at, one] of hits.entries())
    for (const other of hits.slice(at + 1)) {
      const share = shares[one.algorithm]?.[other.algorithm] ?? shares[other.algorithm]?.[one.algorithm] ?? 1;
      least = Math.min(least, share * Math.min(one.expected, other.expected));
    }
  return least;
}
