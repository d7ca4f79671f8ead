import { printable, UsageError } from '../core/index.js';
import { blockhash } from './blockhash.js';
import { dhash } from './dhash.js';
import { md5 } from './md5.js';
import { fingerprinterOf, type OwnAlgorithm } from './own-algorithm.js';
import { type PdqVariant, pdq, pdq512 } from './pdq.js';
import { phash } from './phash.js';
import { phash256 } from './phash256.js';
import { sha1 } from './sha1.js';
import { sha256 } from './sha256.js';
import type { Fingerprinter, KnownAlgorithm } from './types.js';

/**
 * Every algorithm, by the name that lists, options and events use.
 * @example
 * const { bits, threshold } = fingerprinters.pdq; // 256 bits; up to 31 of them may differ
 */
export const fingerprinters = {
  md5,
  sha1,
  sha256,
  pdq,
  phash,
  phash256,
  dhash,
  blockhash,
} satisfies Record<string, Fingerprinter>;

/** A name of the registry. */
export type BuiltInAlgorithm = keyof typeof fingerprinters;

/** Name of an algorithm: one of the registry, or an own one. */
export type AlgorithmName = BuiltInAlgorithm | (string & Record<never, never>);

/**
 * The names of the registry, in its order.
 * @example
 * const scanner = createScanner({ algorithms: algorithmNames });
 */
export const algorithmNames = Object.keys(fingerprinters) as readonly BuiltInAlgorithm[];

/** Width of every algorithm's hashes in bits, which a list reader needs. */
export const algorithmBits = Object.fromEntries(
  algorithmNames.map((name) => [name, fingerprinters[name].bits]),
) as Readonly<Record<BuiltInAlgorithm, number>>;

/** The registry with the chosen variant of PDQ. */
export function resolveFingerprinters(
  options: { readonly pdqVariant?: PdqVariant } = {},
): Readonly<Record<BuiltInAlgorithm, Fingerprinter>> {
  return options.pdqVariant === '512' ? { ...fingerprinters, pdq: pdq512 } : fingerprinters;
}

/** The algorithms that a scanner is to compute: names of the registry, and own algorithms. */
export type WantedAlgorithms = readonly (AlgorithmName | OwnAlgorithm)[];

/** The algorithms that a scanner knows, by name: those of the registry, then own ones. */
export interface KnownAlgorithms {
  readonly all: ReadonlyMap<string, KnownAlgorithm>;
  /** The algorithm of that name. Raises UsageError where it is neither built in nor given by the caller. */
  get(name: string): KnownAlgorithm;
}

/** Collects them. Raises UsageError for an invalid own algorithm (`fingerprinterOf`). */
export function knownAlgorithms(
  wanted: WantedAlgorithms = [],
  options: {
    readonly pdqVariant?: PdqVariant | undefined;
    /** Own algorithms that are known without being wanted. */
    readonly plugins?: readonly OwnAlgorithm[] | undefined;
  } = {},
): KnownAlgorithms {
  const { pdqVariant, plugins = [] } = options;
  const all = new Map<string, KnownAlgorithm>(
    Object.entries(resolveFingerprinters(pdqVariant ? { pdqVariant } : {})),
  );
  for (const one of new Set([...ownOf(wanted), ...plugins]))
    all.set(
      one.name,
      fingerprinterOf(one, (name) => all.has(name)),
    );
  return {
    all,
    get(name) {
      const found = all.get(name);
      if (found) return found;
      throw new UsageError(
        `algorithm "${printable(name)}" is unknown; choose of ${[...all.keys()].join(', ')}, or hand it in`,
      );
    },
  };
}

/** How a compiled list stores hashes: some match only if they are equal, the distance of some is not in bits. */
export function storageOf(own: readonly OwnAlgorithm[] = []): {
  readonly exact: ReadonlySet<string>;
  readonly unindexed: ReadonlySet<string>;
} {
  const known = [...knownAlgorithms(own).all];
  const named = (is: (one: KnownAlgorithm) => boolean) =>
    new Set(known.flatMap(([name, one]) => (is(one) ? [name] : [])));
  return {
    exact: named(({ kind }) => kind === 'bytes'),
    unindexed: named((one) => one.kind === 'pixels' && one.index !== undefined),
  };
}

/** The own algorithms among those wanted. */
export const ownOf = (wanted: WantedAlgorithms): readonly OwnAlgorithm[] =>
  wanted.filter((one) => typeof one !== 'string');

/** How hashes of own algorithms are read, where lists write them in their own way. */
export const parsersOf = (
  own: readonly OwnAlgorithm[],
): Readonly<Record<string, (text: string) => Uint8Array | undefined>> =>
  Object.fromEntries(
    own.flatMap((one) => (one.parse ? [[one.name, (text: string) => one.parse?.(text)] as const] : [])),
  );

/** The name of an algorithm. */
export const nameOf = (one: AlgorithmName | OwnAlgorithm): string =>
  typeof one === 'string' ? one : one.name;

export { type ByteMetric, byteMetrics } from './metrics.js';
export type { OwnAlgorithm } from './own-algorithm.js';
export { type PdqVariant, pdqDihedral, pdqVariants } from './pdq.js';
export { loadAlgorithm } from './plugin.js';
export type { AlgorithmSource, ProgramSource } from './plugin-source.js';
export type {
  ByteFingerprinter,
  Fingerprinter,
  HashIndex,
  HashIndexMaker,
  KnownAlgorithm,
  PixelAlgorithm,
  PixelFingerprinter,
  RawHash,
} from './types.js';
