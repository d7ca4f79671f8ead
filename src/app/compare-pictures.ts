import { hammingDistance, hexToBytes, printable, UsageError } from '../core/index.js';
import type { AssetRef, FingerprintedAsset } from '../core/types.js';
import { type KnownAlgorithm, knownAlgorithms } from '../fingerprints/index.js';
import { createScanner } from '../scanner/index.js';
import { requireEquipment } from './equipment.js';
import { algorithmAmong, type ScanningOptions, scannerOptions } from './plan.js';
import { pluginsOf } from './plugins.js';
import { openSources, type SourceOptions } from './sources.js';
import { type Surroundings, surrounded } from './surroundings.js';

/** Which algorithms to compare under, and up to which distance two pictures are the same. */
export interface CompareOptions extends ScanningOptions, SourceOptions {
  /** Names of algorithms. Default: all. */
  readonly algorithms?: readonly string[] | undefined;
}

/** How far two pictures lie apart under one algorithm. */
export interface PictureDistance {
  readonly algorithm: string;
  /**
   * Different bits, or the distance of a plug-in's own metric, between the nearest pair of frames: one picture in any look, as `scan` looks at it, the other one
   * upright, as a list holds it. Absent where a picture holds too little information, and for digests.
   */
  readonly distance?: number;
  /** The look that came so near; `upright` where both pictures are as they are. Absent like the distance. */
  readonly view?: string;
  /** Which of the two pictures was looked at in that way: 1 or 2. Absent where the view is `upright`. */
  readonly picture?: 1 | 2;
  /** Length of the hash in bits. */
  readonly bits: number;
  /** Largest distance that is a match, in bits or of that metric. */
  readonly threshold: number;
  readonly verdict: 'match' | 'no match' | 'low quality' | 'same file' | 'different files';
}

/** The distances, or which picture could not be read, or that the comparison was stopped. */
export type Comparison =
  | { readonly outcome: 'compared'; readonly distances: readonly PictureDistance[] }
  | { readonly outcome: 'unread'; readonly ref: AssetRef; readonly message: string }
  | { readonly outcome: 'interrupted' };

/**
 * Measures how far two pictures lie apart under every algorithm: each is looked at as `scan` does (`views`, by default
 * `basic`) and compared with the other one as it is.
 * @param pair two files or URLs
 * @throws UsageError for a directory, and for a path that does not exist
 * @example
 * const compared = await comparePictures(['a.jpg', 'b.jpg']);
 * if (compared.outcome === 'compared') console.table(compared.distances);
 */
export async function comparePictures(
  pair: readonly string[],
  options: CompareOptions = {},
  given: Surroundings = {},
): Promise<Comparison> {
  const around = surrounded(given);
  const plugins = (await pluginsOf(around)).algorithms;
  const known = knownAlgorithms([], { plugins });
  const algorithms = options.algorithms?.map((name) => algorithmAmong(name, plugins)) ?? [
    ...known.all.keys(),
  ];
  const { source, directories } = await openSources(pair, options, around);
  if (directories.length > 0)
    throw new UsageError(`${printable(directories[0]!)}: compare takes two files or URLs`);
  const looking = scannerOptions(options, around.environment, plugins);
  requireEquipment(algorithms, plugins);
  const scanner = createScanner({ views: 'basic', ...looking, algorithms });
  const pictures: FingerprintedAsset[] = [];
  try {
    for await (const item of scanner.fingerprint(source, around.signal)) {
      const why = 'outcome' in item ? item : item.unread;
      if (why && 'message' in why) return { outcome: 'unread', ref: item.ref, message: why.message };
      if (!('outcome' in item)) pictures.push(item);
    }
  } finally {
    await scanner.close();
  }
  if (around.signal.aborted) return { outcome: 'interrupted' };
  const [a, b] = pictures;
  const distances = algorithms.map((algorithm) =>
    distanceOf(a!, b!, algorithm, {
      known: known.get(algorithm),
      threshold: looking.thresholds?.[algorithm],
    }),
  );
  return { outcome: 'compared', distances };
}

function distanceOf(
  a: FingerprintedAsset,
  b: FingerprintedAsset,
  algorithm: string,
  {
    known,
    threshold = known.threshold,
  }: { readonly known: KnownAlgorithm; readonly threshold?: number | undefined },
): PictureDistance {
  const { bits, kind } = known;
  // A distance between two digests means nothing: they are equal or not.
  if (kind === 'bytes') {
    const [one, other] = [a, b].map((asset) => asset.fingerprints.find((of) => of.algorithm === algorithm));
    return { algorithm, bits, threshold, verdict: one?.hex === other?.hex ? 'same file' : 'different files' };
  }
  const found = nearest(a, b, algorithm, distanceBy(known));
  if (found === undefined) return { algorithm, bits, threshold, verdict: 'low quality' };
  return {
    algorithm,
    ...found,
    bits,
    threshold,
    verdict: found.distance <= threshold ? 'match' : 'no match',
  };
}

/** How far two hashes are apart by the algorithm's own metric; undefined beyond what that metric tells. */
function distanceBy(known: KnownAlgorithm): (one: Uint8Array, other: Uint8Array) => number | undefined {
  if (known.kind === 'bytes' || !known.index) return hammingDistance;
  const { index, bits, largest = bits } = known;
  return (one, other) => index(other, bits).search(one, largest)[0]?.distance;
}

type Near = Pick<PictureDistance, 'view' | 'picture'> & { readonly distance: number };

/**
 * The smallest distance over all pairs of frames, each in every look of one picture and upright of the other; of equal
 * ones the first, which is upright. Undefined where there is no pair.
 */
function nearest(
  a: FingerprintedAsset,
  b: FingerprintedAsset,
  algorithm: string,
  between: (one: Uint8Array, other: Uint8Array) => number | undefined,
): Near | undefined {
  const looks = (asset: FingerprintedAsset) =>
    asset.fingerprints
      .filter((one) => one.algorithm === algorithm)
      .map(({ hex, view = 'upright' }) => ({ view, bytes: hexToBytes(hex) }));
  const [ofA, ofB] = [looks(a), looks(b)];
  const upright = (some: typeof ofA) => some.filter(({ view }) => view === 'upright');
  let least: Near | undefined;
  // Two long videos make millions of pairs.
  for (const [picture, queries, listed] of [
    [1, ofA, upright(ofB)],
    [2, ofB, upright(ofA)],
  ] as const)
    for (const { view, bytes } of queries)
      for (const other of listed) {
        const distance = between(bytes, other.bytes);
        if (distance !== undefined && (least === undefined || distance < least.distance))
          least = { distance, view, ...(view === 'upright' ? {} : { picture }) };
      }
  return least;
}
