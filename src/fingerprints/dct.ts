const cosines = new Map<number, Float64Array>();

function halfTable(size: number): Float64Array {
  let table = cosines.get(size);
  if (!table) {
    table = new Float64Array((size / 2) ** 2);
    for (let k = 0; k < size / 2; k++) {
      for (let n = 0; n < size / 2; n++) {
        table[(k * size) / 2 + n] = Math.cos((Math.PI * (2 * k + 1) * (2 * n + 1)) / (2 * size));
      }
    }
    cosines.set(size, table);
  }
  return table;
}

/**
 * Computes the first `wanted` values of the DCT-II, X[k] = 2·Σ x[n]·cos(πk(2n+1)/2N), of a power of two of samples
 * (scaled as SciPy does by default). It overwrites the samples, `size` from `at` on, and writes the values to `out`
 * from `to` on, `step` apart. It splits them into sums (even k) and differences (odd k) of mirrored samples, so that
 * symmetric samples give exact zeros: rounding noise must not decide the bits of plain pictures.
 */
export function lowDct(
  samples: Float64Array,
  { at, size, wanted }: { readonly at: number; readonly size: number; readonly wanted: number },
  out: Float64Array,
  to: number,
  step: number,
): void {
  if (size === 1) {
    out[to] = 2 * samples[at]!;
    return;
  }
  const half = size / 2;
  const last = at + size - 1;
  for (let n = 0; n < half; n++) {
    const near = samples[at + n]!;
    const far = samples[last - n]!;
    samples[at + n] = near + far;
    samples[last - n] = near - far;
  }
  const table = halfTable(size);
  for (let k = 0; 2 * k + 1 < wanted; k++) {
    let sum = 0;
    for (let n = 0; n < half; n++) sum += samples[last - n]! * table[k * half + n]!;
    out[to + (2 * k + 1) * step] = 2 * sum;
  }
  lowDct(samples, { at, size: half, wanted: Math.ceil(wanted / 2) }, out, to, 2 * step);
}
