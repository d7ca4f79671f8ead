import type { Bitmap } from '../core/types.js';
import { guarded, rasterOf } from './guard.js';
import { fastTransform, frequencies, hashOf, qualityOf, referenceTransform } from './pdq-bits.js';
import { fastRaster } from './pdq-raster.js';
import { referenceRaster } from './pdq-reference.js';
import type { PixelFingerprinter, RawHash } from './types.js';

/** `full` hashes every pixel, `512` first shrinks what is larger to 512×512 as the C++ command-line tool does. */
export const pdqVariants = ['full', '512'] as const;
export type PdqVariant = (typeof pdqVariants)[number];

/**
 * How far the reference's float32 arithmetic strays from exact arithmetic, in levels of brightness: at most 0.006 in
 * any raster cell or coefficient of 115 photographs and of drawn pictures of up to 81 megapixels, whatever their size.
 * What hangs on less than this is recomputed in the reference's order (about 3 pictures in 100).
 */
const floatNoise = 0.01;

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

const sourceOf = (bitmap: Bitmap, variant: PdqVariant) => (variant === 'full' ? bitmap : shrinkTo512(bitmap));

/** PDQ in the reference's own order of float32 operations throughout: slow, the oracle of the fast road. */
export function referencePdq(bitmap: Bitmap, variant: PdqVariant = 'full'): RawHash {
  if (isTooSmall(bitmap)) return nothing;
  const raster = referenceRaster(sourceOf(bitmap, variant));
  return { hex: hashOf(referenceTransform(raster)).hex, quality: qualityOf(raster, 0).quality };
}

/** PDQ of any picture: the fast road where its answer is certain, else the reference's. */
function raw(bitmap: Bitmap, variant: PdqVariant): RawHash {
  if (isTooSmall(bitmap)) return nothing;
  const source = sourceOf(bitmap, variant);
  const raster = source === bitmap ? rasterOf(bitmap) : fastRaster(source);
  const { hex, gap } = hashOf(fastTransform(raster));
  const { quality, certain } = qualityOf(raster, floatNoise);
  return certain && gap > 2 * floatNoise ? { hex, quality } : referencePdq(source);
}

/** The registry member for one variant; both are called `pdq` and differ in their recipe. */
export function createPdq(variant: PdqVariant): PixelFingerprinter {
  const hash = (bitmap: Bitmap) => raw(bitmap, variant);
  return {
    kind: 'pixels',
    bits: 256,
    threshold: 31,
    recipe: `pdq-${variant}/1`,
    about:
      variant === 'full'
        ? "Meta's PDQ, 256 bits, at full resolution (as tx, HMA and pdqhash for Python)"
        : "Meta's PDQ, 256 bits, from 512×512 pixels (as the C++ tool and its WASM build)",
    raw: hash,
    compute: guarded(hash),
  };
}

export const pdq = createPdq('full');
export const pdq512 = createPdq('512');

/** The eight ways to turn and mirror a picture; `rotate90` is counter-clockwise, `flipX` swaps top and bottom. */
export const dihedrals = {
  identity: { transpose: false, keeps: () => true },
  rotate90: { transpose: true, keeps: (_i: number, j: number) => j % 2 === 1 },
  rotate180: { transpose: false, keeps: (i: number, j: number) => (i + j) % 2 === 0 },
  rotate270: { transpose: true, keeps: (i: number) => i % 2 === 1 },
  flipX: { transpose: false, keeps: (i: number) => i % 2 === 1 },
  flipY: { transpose: false, keeps: (_i: number, j: number) => j % 2 === 1 },
  flipPlus1: { transpose: true, keeps: () => true },
  flipMinus1: { transpose: true, keeps: (i: number, j: number) => (i + j) % 2 === 0 },
} satisfies Record<string, { transpose: boolean; keeps: (i: number, j: number) => boolean }>;
export type Dihedral = keyof typeof dihedrals;

/** Coefficients of the turned picture: those of the picture, some negated, transposed for quarter turns. */
function turned(coefficients: Float64Array, name: Dihedral): Float64Array {
  const { transpose, keeps } = dihedrals[name];
  const out = new Float64Array(coefficients.length);
  for (let i = 0; i < frequencies; i++) {
    for (let j = 0; j < frequencies; j++) {
      const value = coefficients[i * frequencies + j]!;
      out[transpose ? j * frequencies + i : i * frequencies + j] = keeps(i, j) ? value : -value;
    }
  }
  return out;
}

/**
 * The hashes of the picture turned and mirrored in all eight ways, from one DCT, with its quality. They differ by
 * some bits from the hashes of really turned files. Unguarded: ask `compute` first whether the picture says enough.
 */
export function pdqDihedral(
  bitmap: Bitmap,
  variant: PdqVariant = 'full',
): { readonly quality: number; readonly hex: Readonly<Record<Dihedral, string>> } {
  const names = Object.keys(dihedrals) as Dihedral[];
  const all = (hex: (name: Dihedral) => string) =>
    Object.fromEntries(names.map((name) => [name, hex(name)])) as Record<Dihedral, string>;
  const { quality = 0 } = raw(bitmap, variant);
  if (isTooSmall(bitmap)) return { quality, hex: all(() => nothing.hex) };
  const source = sourceOf(bitmap, variant);
  const fast = fastTransform(source === bitmap ? rasterOf(bitmap) : fastRaster(source));
  const hashes = names.map((name) => hashOf(turned(fast, name)));
  if (hashes.every(({ gap }) => gap > 2 * floatNoise)) {
    return { quality, hex: all((name) => hashes[names.indexOf(name)]!.hex) };
  }
  const exact = referenceTransform(referenceRaster(source));
  return { quality, hex: all((name) => hashOf(turned(exact, name)).hex) };
}
