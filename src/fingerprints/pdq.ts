import { type Dihedral, dihedralNames, type Turn } from '../core/index.js';
import type { Bitmap } from '../core/types.js';
import { floatNoise, guarded, guardedTurned, qualityIn, transformOf } from './guard.js';
import {
  fastTransform,
  frequencies,
  hashOf,
  qualityOf,
  referenceTransform,
  turnedHashesOf,
} from './pdq-bits.js';
import { rasterOf } from './pdq-pass.js';
import { windowOf } from './pdq-reference.js';
import { referenceRaster } from './pdq-reference-pass.js';
import { turnCoefficients } from './turning.js';
import type { PixelFingerprinter, RawHash } from './types.js';

/** `full` hashes every pixel. `512` first shrinks larger pictures to 512×512, as the C++ command-line tool does. */
export const pdqVariants = ['full', '512'] as const;
/** One of `pdqVariants`. */
export type PdqVariant = (typeof pdqVariants)[number];

/** PDQ refuses pictures with a shorter side. */
const minimumSide = 5;
const nothing: RawHash = { hex: '0'.repeat(64), quality: 0 };

const isTooSmall = ({ width, height }: Bitmap) => width < minimumSide || height < minimumSide;

/** Nearest neighbour without centring, per channel: floor(x·W/512). */
export function shrinkTo512(bitmap: Bitmap): Bitmap {
  const side = 512;
  const { width, height, channels, data } = bitmap;
  if (width <= side && height <= side) return bitmap;
  const out = new Uint8Array(side * side * channels);
  for (let y = 0, o = 0; y < side; y++) {
    const row = Math.floor((y * height) / side) * width;
    for (let x = 0; x < side; x++) {
      const i = (row + Math.floor((x * width) / side)) * channels;
      for (let c = 0; c < channels; c++) out[o++] = data[i + c]!;
    }
  }
  return { width: side, height: side, channels, data: out };
}

const shrunk = new WeakMap<Bitmap, Bitmap>();

function sourceOf(bitmap: Bitmap, variant: PdqVariant): Bitmap {
  if (variant === 'full') return bitmap;
  const source = shrunk.get(bitmap) ?? shrinkTo512(bitmap);
  shrunk.set(bitmap, source);
  return source;
}

/**
 * PDQ in the reference's own order of float32 operations throughout. It is slow; tests check the fast method against
 * it.
 */
export function referencePdq(bitmap: Bitmap, variant: PdqVariant = 'full'): RawHash {
  if (isTooSmall(bitmap)) return nothing;
  const raster = referenceRaster(sourceOf(bitmap, variant));
  return {
    hex: hashOf(referenceTransform(raster)).hex,
    quality: qualityOf(Float64Array.from(raster), 0).quality,
  };
}

const known = new WeakMap<Bitmap, RawHash>();

/**
 * PDQ of any picture: by the fast method where its result is certain, else by the reference's. It is kept as long as
 * the bitmap exists, because several views look at the same one.
 */
function raw(bitmap: Bitmap, variant: PdqVariant): RawHash {
  if (isTooSmall(bitmap)) return nothing;
  const source = sourceOf(bitmap, variant);
  let answer = known.get(source);
  if (!answer) {
    answer = certainly(source);
    known.set(source, answer);
  }
  return answer;
}

function certainly(source: Bitmap): RawHash {
  const raster = rasterOf(source);
  const { hex, gap } = hashOf(transformOf(raster));
  const { quality, certain } = qualityIn(raster);
  if (certain && gap > 2 * floatNoise) return { hex, quality };
  if (!isExact(source)) return referencePdq(source);
  return { hex: hashOf(referenceTransform(Float32Array.from(raster))).hex, quality };
}

/**
 * True where float32 holds every number on the way to the raster without rounding, in any order: for grey bytes, and
 * windows of one or two pixels, where all divisions are by one and two. Derived views are such pictures.
 */
const isExact = ({ width, height, channels }: Bitmap) =>
  channels === 1 && windowOf(width) <= 2 && windowOf(height) <= 2;

/**
 * The hashes of the picture turned, from one DCT in double precision. Bits that the reference's rounding would decide
 * are recomputed only for the picture that is not turned.
 */
function rawTurned(bitmap: Bitmap, variant: PdqVariant, turns: readonly Turn[]): RawHash[] {
  if (isTooSmall(bitmap)) return turns.map(() => nothing);
  const { hex, quality = 0 } = raw(bitmap, variant);
  const isTurned = turns.some(({ dihedral }) => dihedral !== 'identity');
  const hashOfTurn = isTurned ? turnedHashesOf(transformOf(rasterOf(sourceOf(bitmap, variant)))) : () => hex;
  return turns.map((turn) => {
    if (turn.dihedral !== 'identity') return { hex: hashOfTurn(turn), quality };
    return { hex: turn.negative ? complement(hex) : hex, quality };
  });
}

const digits = '0123456789abcdef';
const complement = (hex: string) => {
  let out = '';
  for (const digit of hex) out += digits[15 - digits.indexOf(digit)]!;
  return out;
};

/** The registry's member for one variant. Both are called `pdq` and differ in their recipe. */
export function createPdq(variant: PdqVariant): PixelFingerprinter {
  const hash = (bitmap: Bitmap) => raw(bitmap, variant);
  return {
    kind: 'pixels',
    bits: 256,
    threshold: 31,
    tail: { at: 70, decades: -8, slope: 0.138, most: 91 },
    commonplaceTail: { at: 31, decades: -2.6, slope: 0.044, most: 91 },
    recipe: `pdq-${variant}/1`,
    about:
      variant === 'full'
        ? "Meta's PDQ, 256 bits, at full resolution (as tx, HMA and pdqhash for Python)"
        : "Meta's PDQ, 256 bits, from 512×512 pixels (as the C++ tool and its WASM build)",
    raw: hash,
    compute: guarded(hash),
    computeTurned: guardedTurned((bitmap, turns) => rawTurned(bitmap, variant, turns)),
  };
}

/** PDQ of every pixel, 256 bits. */
export const pdq = createPdq('full');
/** PDQ after shrinking to 512×512, 256 bits. */
export const pdq512 = createPdq('512');

/**
 * The hashes of the picture turned and mirrored in all eight ways, from one DCT, with its quality. They differ by
 * some bits from the hashes of really turned files. Unguarded: ask `compute` first whether the picture says enough.
 * @example
 * const { hex, quality } = pdqDihedral(bitmap);
 */
export function pdqDihedral(
  bitmap: Bitmap,
  variant: PdqVariant = 'full',
): { readonly quality: number; readonly hex: Readonly<Record<Dihedral, string>> } {
  const names = dihedralNames;
  const all = (hex: (name: Dihedral) => string) =>
    Object.fromEntries(names.map((name) => [name, hex(name)])) as Record<Dihedral, string>;
  const { quality = 0 } = raw(bitmap, variant);
  if (isTooSmall(bitmap)) return { quality, hex: all(() => nothing.hex) };
  const source = sourceOf(bitmap, variant);
  const fast = fastTransform(rasterOf(source));
  const hashes = names.map((name) => hashOf(turnCoefficients(fast, frequencies, 1, name)));
  if (hashes.every(({ gap }) => gap > 2 * floatNoise)) {
    return { quality, hex: all((name) => hashes[names.indexOf(name)]!.hex) };
  }
  const exact = referenceTransform(referenceRaster(source));
  return { quality, hex: all((name) => hashOf(turnCoefficients(exact, frequencies, 1, name)).hex) };
}
