import type { Luma } from './luma.js';

/** Fractional bits of the integer weights. */
export const fractionBits = 22;
const lobes = 3;

/** The weights for one output size: output `o` sums `counts[o]` inputs from `starts[o]` on. */
export interface Taps {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `stride` integers for each output, with 22 fractional bits. */
  readonly weights: Int32Array;
  readonly stride: number;
}

const sinc = (x: number) => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));
const lanczos = (x: number) => (x >= -lobes && x < lobes ? sinc(x) * sinc(x / lobes) : 0);

const recent = new Map<string, Taps>();

/** For how many lengths the weights are kept: the pictures of one source have few sizes. */
const mostRecent = 24;

/** The weights that reduce `input` pixels to `output`. */
export function tapsOf(input: number, output: number): Taps {
  const name = `${input}→${output}`;
  const taps = recent.get(name) ?? makeTaps(input, output);
  recent.delete(name);
  recent.set(name, taps);
  if (recent.size > mostRecent) recent.delete(recent.keys().next().value!);
  return taps;
}

function makeTaps(input: number, output: number): Taps {
  const scale = input / output;
  const filterScale = Math.max(scale, 1);
  const support = lobes * filterScale;
  const stride = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(output);
  const counts = new Int32Array(output);
  const weights = new Int32Array(output * stride);
  const exact = new Float64Array(stride);
  for (let o = 0; o < output; o++) {
    const centre = (o + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(input, Math.trunc(centre + support + 0.5)) - start;
    let sum = 0;
    for (let t = 0; t < count; t++) {
      const weight = lanczos((t + start - centre + 0.5) * (1 / filterScale));
      exact[t] = weight;
      sum += weight;
    }
    for (let t = 0; t < count; t++) {
      const weight = (exact[t]! / sum) * 2 ** fractionBits;
      weights[o * stride + t] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    starts[o] = start;
    counts[o] = count;
  }
  return { starts, counts, weights, stride };
}

/** A sum as a byte. */
export const clip = (sum: number) => Math.min(255, Math.max(0, sum >> fractionBits));

function shrinkRows({ width, height, data }: Luma, columns: number): Luma {
  const { starts, counts, weights, stride } = tapsOf(width, columns);
  const out = new Uint8Array(columns * height);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let o = 0; o < columns; o++) {
      const from = row + starts[o]!;
      const count = counts[o]!;
      const w = o * stride;
      let sum = 1 << (fractionBits - 1);
      for (let t = 0; t < count; t++) sum = (sum + Math.imul(weights[w + t]!, data[from + t]!)) | 0;
      out[y * columns + o] = clip(sum);
    }
  }
  return { width: columns, height, data: out };
}

function shrinkColumns({ width, height, data }: Luma, rows: number): Luma {
  const { starts, counts, weights, stride } = tapsOf(height, rows);
  const out = new Uint8Array(width * rows);
  for (let o = 0; o < rows; o++) {
    const w = o * stride;
    for (let x = 0; x < width; x++) {
      let sum = 1 << (fractionBits - 1);
      for (let t = 0, i = starts[o]! * width + x; t < counts[o]!; t++, i += width) {
        sum = (sum + Math.imul(weights[w + t]!, data[i]!)) | 0;
      }
      out[o * width + x] = clip(sum);
    }
  }
  return { width, height: rows, data: out };
}

/**
 * Resizes to `width` × `height` exactly as Pillow's antialiased Lanczos does on 8-bit grey: first along the rows,
 * rounded to bytes, then along the columns. Integer sums wrap at 32 bits as Pillow's do (they never come near).
 */
export function lanczosResize(luma: Luma, width: number, height: number): Luma {
  const narrowed = luma.width === width ? luma : shrinkRows(luma, width);
  return narrowed.height === height ? narrowed : shrinkColumns(narrowed, height);
}
