import { printable, type Tail, type Turn, UsageError } from '../core/index.js';
import type { Bitmap } from '../core/types.js';
import { guarded, guardedTurned } from './guard.js';
import { type ByteMetric, byteIndex, byteMetrics, largestDistance } from './metrics.js';
import type { AlgorithmSource } from './plugin-source.js';
import { steps } from './turning.js';
import type { HashIndexMaker, PixelAlgorithm, RawHash } from './types.js';

/**
 * An algorithm that is handed in where a scanner is made: `createScanner({ algorithms: ['pdq', mine] })`. It takes part
 * in everything that the built-in ones do. Its functions run in this process, and in decoding processes where it has a
 * `source` (`loadAlgorithm`).
 * @example
 * const mine: OwnAlgorithm = {
 *   name: 'mean16', kind: 'pixels', metric: 'hamming', bits: 16, threshold: 1, recipe: 'mean16/1',
 *   compute: (bitmap) => ({ hex: meansOf(bitmap) }),
 * };
 */
export interface OwnAlgorithm {
  /** As lists, events and options name it: a letter, then letters, digits and hyphens, in lower case, 32 at most. */
  readonly name: string;
  /** What is hashed: the pixels of each frame. */
  readonly kind: 'pixels';
  /**
   * How two hashes are compared: by the number of bits in which they differ, by the differences of their bytes, or by
   * `index` in its own way.
   */
  readonly metric: 'hamming' | ByteMetric | 'own';
  /** Length of a hash: a multiple of 16, at most 4096. */
  readonly bits: number;
  /** Default threshold: bits, 0…bits, or a distance of the metric, 0…1048575. */
  readonly threshold: number;
  /**
   * Names the steps and their version. It must change whenever any hash would change, otherwise old hashes in the
   * ledger stay in use.
   */
  readonly recipe: string;
  /**
   * How often unrelated pictures are how near, where someone has measured it. Without it, matches are at most
   * `possible`.
   */
  readonly tail?: Tail;
  /**
   * The hash of a picture: `bits / 4` lower-case hexadecimal digits. Must be pure. It is not called for plain pictures,
   * which would match each other. What it throws counts as a defect of that asset.
   */
  compute(bitmap: Bitmap): RawHash;
  /**
   * The hashes of a picture turned in several ways, in their order. Without it, the pixels are turned, which takes
   * longer.
   */
  computeTurned?(bitmap: Bitmap, turns: readonly Turn[]): readonly RawHash[];
  /**
   * Reads a hash as lists write it, where they write neither hexadecimal digits nor base64: gives `bits / 8` bytes, or
   * undefined for what is no hash.
   */
  parse?(text: string): Uint8Array | undefined;
  /** The hashes of several pictures at once, in their order. Without it, `compute` is called for each. */
  computeMany?(bitmaps: readonly Bitmap[]): readonly RawHash[];
  /** Where it was loaded from: plain data, by which decoding processes load it too. Set by `loadAlgorithm`. */
  readonly source?: AlgorithmSource;
  /** An index of listed hashes instead of the built-in one. It must find every row within a threshold, and no other. */
  readonly index?: HashIndexMaker;
}

/** An own algorithm as a member of the registry. Raises UsageError where it is invalid. */
export function fingerprinterOf(own: OwnAlgorithm, taken: (name: string) => boolean): PixelAlgorithm {
  const { name, kind, metric, bits, threshold, recipe, tail, index } = own;
  const refuse = (what: string) => new UsageError(`algorithm "${printable(String(name))}" ${what}`);
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]{0,31}$/.test(name))
    throw refuse(
      'cannot be called that: a letter, then letters, digits and hyphens, in lower case, 32 at most',
    );
  if (taken(name)) throw refuse('is there already; give yours another name');
  if (kind !== 'pixels' || !(metric === 'hamming' || metric === 'own' || Object.hasOwn(byteMetrics, metric)))
    throw refuse(
      `is of a kind or metric that is not known here: kind "pixels" and the metrics ${['hamming', ...Object.keys(byteMetrics), 'own'].join(', ')} are`,
    );
  if (metric === 'own' && !index) throw refuse('has a metric of its own and no index that computes it');
  const largest = metric === 'hamming' ? bits : largestDistance;
  if (!Number.isInteger(bits) || bits < 16 || bits > 4096 || bits % 16 !== 0)
    throw refuse(`has hashes of ${bits} bits; they must be a multiple of 16, at most 4096`);
  if (!Number.isInteger(threshold) || threshold < 0 || threshold > largest)
    throw refuse(`has a threshold of ${threshold}; it is a whole number from 0 to ${largest}`);
  if (typeof recipe !== 'string' || recipe === '') throw refuse('has no recipe');
  const searched = index ?? (metric === 'hamming' || metric === 'own' ? undefined : byteIndex(metric));
  const whole = new RegExp(`^[0-9a-f]{${bits / 4}}$`);
  const checked = (hash: RawHash): RawHash => {
    if (whole.test(hash.hex)) return hash;
    throw new TypeError(`algorithm ${name} made no hash of ${bits / 4} lower-case hexadecimal digits`);
  };
  const raw = (bitmap: Bitmap) => checked(own.compute(bitmap));
  const many = (bitmaps: readonly Bitmap[]): readonly RawHash[] => {
    if (!own.computeMany) return bitmaps.map(raw);
    const hashes = own.computeMany(bitmaps).map(checked);
    if (hashes.length === bitmaps.length) return hashes;
    throw new TypeError(`algorithm ${name} made ${hashes.length} hashes of ${bitmaps.length} pictures`);
  };
  const turnedHashes = (bitmap: Bitmap, turns: readonly Turn[]): readonly RawHash[] =>
    own.computeTurned
      ? own.computeTurned(bitmap, turns).map(checked)
      : many(turns.map((turn) => turnedBitmap(bitmap, turn)));
  return {
    ...{ kind, bits, threshold, recipe, about: `${name}, handed in` },
    ...(tail && { tail }),
    ...(searched && { index: searched, largest }),
    raw,
    compute: guarded(raw),
    computeTurned: guardedTurned(turnedHashes),
  };
}

/** Turns the pixels of a picture, and inverts them for the negative. Alpha stays. */
function turnedBitmap(bitmap: Bitmap, { dihedral, negative }: Turn): Bitmap {
  const { flipX, flipY, transpose } = steps[dihedral];
  if (!flipX && !flipY && !transpose && !negative) return bitmap;
  const { width, height, channels, data } = bitmap;
  const colours = Math.min(channels, 3);
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = ((flipX ? height - 1 - y : y) * width + (flipY ? width - 1 - x : x)) * channels;
      const to = (transpose ? x * height + y : y * width + x) * channels;
      for (let k = 0; k < channels; k++)
        out[to + k] = negative && k < colours ? 255 - data[from + k]! : data[from + k]!;
    }
  return { width: transpose ? height : width, height: transpose ? width : height, channels, data: out };
}
