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
 * DCT-II, X[k] = 2·Σ x[n]·cos(πk(2n+1)/2N), of a power of two of samples (the scale of SciPy's default).
 * Split into sums (even k) and differences (odd k) of mirrored samples, so that what is symmetric gives exact zeros:
 * rounding noise must not decide the bits of plain pictures.
 */
export function dct(samples: Float64Array): Float64Array {
  const size = samples.length;
  if (size === 1) return Float64Array.of(2 * samples[0]!);
  const half = size / 2;
  const sums = new Float64Array(half);
  const differences = new Float64Array(half);
  for (let n = 0; n < half; n++) {
    sums[n] = samples[n]! + samples[size - 1 - n]!;
    differences[n] = samples[n]! - samples[size - 1 - n]!;
  }
  const out = new Float64Array(size);
  const even = dct(sums);
  const table = halfTable(size);
  for (let k = 0; k < half; k++) {
    let sum = 0;
    for (let n = 0; n < half; n++) sum += differences[n]! * table[k * half + n]!;
    out[2 * k] = even[k]!;
    out[2 * k + 1] = 2 * sum;
  }
  return out;
}
