import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dihedralNames } from '../../src/core/turns.js';
import {
  fastTransform,
  frequencies,
  hashOf,
  middleOf,
  plainReferenceTransform,
  qualityOf,
  referenceTransform,
  turnedHashesOf,
} from '../../src/fingerprints/pdq-bits.js';
import { turnCoefficients } from '../../src/fingerprints/turning.js';

const side = 64;
const rasters = fc
  .array(fc.double({ min: 0, max: 255, noNaN: true }), { minLength: 1, maxLength: 60 })
  .chain((levels) => fc.nat().map((seed) => ({ levels, seed })))
  .map(({ levels, seed }) => {
    let state = seed;
    return Float64Array.from({ length: side * side }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return levels[(state >>> 8) % levels.length]!;
    });
  });

describe("PDQ's transform and quality in the kernel", () => {
  it('is the DCT of the raster', () => {
    const cosine = (i: number, j: number) =>
      Math.fround(Math.fround(Math.sqrt(2 / side)) * Math.cos((Math.PI / 128) * (i + 1) * (2 * j + 1)));
    fc.assert(
      fc.property(rasters, (raster) => {
        const out = fastTransform(raster);
        for (const [i, j] of [
          [0, 0],
          [3, 8],
          [15, 14],
        ] as const) {
          let sum = 0;
          for (let y = 0; y < side; y++)
            for (let x = 0; x < side; x++) sum += cosine(i, y) * cosine(j, x) * raster[y * side + x]!;
          expect(out[i * frequencies + j]).toBeCloseTo(sum, 7);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('counts the whole percents of the steps, and is certain only where noise changes nothing', () => {
    const { fround, trunc, abs, min, max, floor } = Math;
    const plainly = (raster: Float64Array, noise: number) => {
      const sums = [0, 0, 0];
      const add = (u: number, v: number) => {
        const step = abs(fround(fround(fround(u - v) * 100) / 255));
        sums[0]! += trunc(step);
        sums[1]! += trunc(max(0, step - noise));
        sums[2]! += trunc(step + noise);
      };
      for (let k = 0; k < side * side; k++) {
        if (k + side < side * side) add(raster[k]!, raster[k + side]!);
        if (k % side < side - 1) add(raster[k]!, raster[k + 1]!);
      }
      const [quality, least, most] = sums.map((sum) => min(100, floor(sum / 90)));
      return { quality, certain: least === most };
    };
    fc.assert(
      fc.property(
        rasters,
        fc.constantFrom(0, 0.01, 0.4),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (raster, noise, strength) => {
          const dim = raster.map((value) => value * strength * strength);
          expect(qualityOf(dim, noise)).toEqual(plainly(dim, noise));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("PDQ's transform in float32", () => {
  it('is that of the reference order of operations, to the bit', () => {
    fc.assert(
      fc.property(rasters, (raster) => {
        const floats = Float32Array.from(raster);
        expect(referenceTransform(floats)).toEqual(plainReferenceTransform(floats));
      }),
      { numRuns: 40 },
    );
  });
});

describe('the hashes of all turns', () => {
  it('are those of the turned coefficients, equal ones and all, and their complements', () => {
    const value = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 5, -5));
    fc.assert(
      fc.property(fc.array(value, { minLength: 256, maxLength: 256 }), (values) => {
        const coefficients = Float64Array.from(values);
        const hashes = turnedHashesOf(coefficients);
        for (const dihedral of dihedralNames) {
          const { hex } = hashOf(turnCoefficients(coefficients, frequencies, 1, dihedral));
          expect(hashes({ dihedral, negative: false })).toBe(hex);
          const inverted = BigInt(`0x${hex}`) ^ ((1n << 256n) - 1n);
          expect(BigInt(`0x${hashes({ dihedral, negative: true })}`)).toBe(inverted);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the middle of 256 values', () => {
  it('is what sorting them would put there, equal ones and all', () => {
    const value = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -1, 1));
    fc.assert(
      fc.property(fc.array(value, { minLength: 256, maxLength: 256 }), (values) => {
        const sorted = Float64Array.from(values).sort();
        const [lower, upper] = middleOf(Float64Array.from(values));
        // -0 and 0 sort apart, and compare as equal.
        expect(lower === sorted[127] && upper === sorted[128]).toBe(true);
      }),
    );
  });
});
