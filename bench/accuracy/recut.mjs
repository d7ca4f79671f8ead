// Re-cuts a picture until its PDQ is as near as it gets to one known hash, then takes one rectangle for an overlay. Plain
// JavaScript, for measuring (register.mjs): the project itself does not do this.
import {
  contrastOf,
  informationOf,
  isLowDetail,
  leastSpread,
  leastVariety,
  minimumContrast,
  minimumQuality,
  qualityIn,
  spreadOf,
  varietyOf,
} from '../../dist/fingerprints/guard.js';
import { fastTransform, hashOf, middleOf } from '../../dist/fingerprints/pdq-bits.js';
import { rasterOf } from '../../dist/fingerprints/pdq-pass.js';
import { turnCoefficients, turnRaster } from '../../dist/fingerprints/turning.js';
import { sampleWindow } from '../../dist/views/sample-window.js';

const side = 64;

/** 256 marks of the bits of a hash, in the order of the coefficients. */
export const bitsOf = (hex) =>
  Uint8Array.from({ length: 256 }, (_, k) => (parseInt(hex[63 - (k >> 2)], 16) >> (k & 3)) & 1);

/**
 * How far 256 coefficients are from a hash: different bits, and the same weighted by how far each coefficient is from
 * the median, at most 1 each.
 */
function distanceOf(coefficients, known, negative) {
  const [median] = middleOf(coefficients);
  const [typical] = middleOf(coefficients.map((c) => Math.abs(c - median)));
  let hard = 0;
  let soft = 0;
  for (let k = 0; k < 256; k++)
    if (coefficients[k] > median !== ((known[k] === 1) !== negative)) {
      hard += 1;
      soft += Math.min(1, Math.abs(coefficients[k] - median) / (2 * typical));
    }
  return { hard, soft };
}

/** A raster averaged over boxes of so many pixels. */
function blurred({ width, height, data }, across, down) {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++)
    for (let x = 0, row = 0; x < width; x++) {
      row += data[y * width + x];
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  const out = new Float32Array(width * height);
  const [a, b] = [across >> 1, down >> 1];
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - b), Math.min(height, y + b + 1)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - a), Math.min(width, x + a + 1)];
      const at = (v, u) => sums[v * (width + 1) + u];
      out[y * width + x] =
        (at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left)) /
        ((right - left) * (bottom - top));
    }
  }
  return { width, height, data: out };
}

const reflected = (at, length) => {
  const k = ((at % (2 * length)) + 2 * length) % (2 * length);
  return k < length ? k : 2 * length - 1 - k;
};

/** 64×64 samples of a window. */
function samples({ width, height, data }, aspect, [cx, cy, w, h, turn]) {
  const [cos, sin] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
  const out = new Float64Array(side * side);
  for (let i = 0; i < side; i++)
    for (let j = 0; j < side; j++) {
      const [u, v] = [((j + 0.5) / side - 0.5) * w, ((i + 0.5) / side - 0.5) * h];
      const x = (cx + u * cos + (v * sin) / aspect) * width - 0.5;
      const y = (cy - u * sin * aspect + v * cos) * height - 0.5;
      const [x0, y0] = [Math.floor(x), Math.floor(y)];
      const [fx, fy] = [x - x0, y - y0];
      const isInside = x0 >= 0 && y0 >= 0 && x0 + 1 < width && y0 + 1 < height;
      const [a, b] = isInside ? [x0, x0 + 1] : [reflected(x0, width), reflected(x0 + 1, width)];
      const [c, d] = isInside ? [y0, y0 + 1] : [reflected(y0, height), reflected(y0 + 1, height)];
      out[i * side + j] =
        (data[c * width + a] * (1 - fx) + data[c * width + b] * fx) * (1 - fy) +
        (data[d * width + a] * (1 - fx) + data[d * width + b] * fx) * fy;
    }
  return out;
}

const smallest = [0.002, 0.002, 0.004, 0.004, 0.1];

/** Climbs from a window to the one whose hash is nearest. `most`: how many windows are tried. */
function climb(raster, aspect, { window, turn }, known, most = 130) {
  const w = window.right - window.left;
  const h = window.bottom - window.top;
  const soft = blurred(raster, Math.round((w * raster.width) / side), Math.round((h * raster.height) / side));
  let tried = 0;
  const cost = (place) => {
    tried += 1;
    const coefficients = fastTransform(samples(soft, aspect, place));
    return distanceOf(turnCoefficients(coefficients, 16, 1, turn.dihedral), known, turn.negative).soft;
  };
  let place = [(window.left + window.right) / 2, (window.top + window.bottom) / 2, w, h, window.turn ?? 0];
  let best = cost(place);
  const steps = [0.02 * w, 0.02 * h, 0.04 * w, 0.04 * h, 1.5];
  while (tried < most && steps.some((step, k) => step > smallest[k])) {
    let improved = false;
    for (let k = 0; k < 5 && tried < most; k++)
      for (const sign of [1, -1]) {
        const next = place.with(k, place[k] + sign * steps[k]);
        const value = cost(next);
        if (value >= best) continue;
        [best, place, improved] = [value, next, true];
        break;
      }
    if (!improved) for (let k = 0; k < 5; k++) steps[k] /= 2;
  }
  const [cx, cy, ww, hh, degrees] = place;
  return { left: cx - ww / 2, top: cy - hh / 2, right: cx + ww / 2, bottom: cy + hh / 2, turn: degrees };
}

/** A copy of a raster with a rectangle filled in from its edges. */
function filled(raster, [left, top, right, bottom]) {
  const out = raster.slice();
  const at = (y, x) => raster[Math.max(0, Math.min(63, y)) * side + Math.max(0, Math.min(63, x))];
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) {
      const ends = [];
      const [fx, fy] = [(x - left + 1) / (right - left + 1), (y - top + 1) / (bottom - top + 1)];
      if (left > 0) ends.push([1 - fx, at(y, left - 1)]);
      if (right < side) ends.push([fx, at(y, right)]);
      if (top > 0) ends.push([1 - fy, at(top - 1, x)]);
      if (bottom < side) ends.push([fy, at(bottom, x)]);
      const weight = ends.reduce((sum, [share]) => sum + share, 0);
      out[y * side + x] = ends.reduce((sum, [share, value]) => sum + share * value, 0) / weight;
    }
  return out;
}

const rectangles = [];
for (const [w, h] of [
  [8, 8],
  [16, 8],
  [8, 16],
  [16, 16],
  [32, 8],
  [24, 24],
  [32, 16],
  [64, 8],
  [16, 32],
  [8, 64],
])
  for (let top = 0; top + h <= side; top += 4)
    for (let left = 0; left + w <= side; left += 4) rectangles.push([left, top, left + w, top + h]);

const areaOf = ([left, top, right, bottom]) => ((right - left) * (bottom - top)) / side ** 2;

/** The rectangle whose removal brings the raster nearest to the hash. An area costs 60 bits times its share. */
function mask(raster, known) {
  const cost = (rectangle) =>
    distanceOf(fastTransform(filled(raster, rectangle)), known, false).soft + 60 * areaOf(rectangle);
  let [best, rectangle] = [Infinity, undefined];
  for (const one of rectangles) {
    const value = cost(one);
    if (value < best) [best, rectangle] = [value, one];
  }
  for (const step of [2, 1])
    for (let k = 0; k < 4; k++)
      for (const sign of [1, -1]) {
        const next = rectangle.with(k, Math.max(0, Math.min(side, rectangle[k] + sign * step)));
        if (next[2] - next[0] < 2 || next[3] - next[1] < 2) continue;
        const value = cost(next);
        if (value < best) [best, rectangle] = [value, next];
      }
  return rectangle;
}

/** True for a raster that is no icon and has the detail that a hash needs: the rules of `guard.ts`. */
function saysEnough(raster) {
  return (
    qualityIn(raster).quality >= minimumQuality &&
    contrastOf(raster) >= minimumContrast &&
    spreadOf(fastTransform(raster)) >= leastSpread &&
    varietyOf(raster) >= leastVariety
  );
}

const hammingOf = (hex, known) => bitsOf(hex).reduce((sum, bit, k) => sum + (bit ^ known[k]), 0);

/**
 * Registers and masks.
 * @param start the window and turn of the nearest look.
 * @returns distances after both steps, of PDQ itself; Infinity where what is left says too little.
 */
export function recut(raster, aspect, start, hex) {
  const known = bitsOf(hex);
  const began = performance.now();
  const window = climb(raster, aspect, start, known);
  const climbed = performance.now();
  const bitmap = sampleWindow(raster, window, aspect);
  const { width, height } = bitmap;
  let data = turnRaster(bitmap.data, width, height, start.turn.dihedral);
  if (start.turn.negative) data = data.map((value) => 255 - value);
  const seen = { width, height, channels: 1, data };
  const cells = rasterOf(seen);
  const registered = hammingOf(hashOf(fastTransform(cells)).hex, known);
  const rectangle = mask(cells, known);
  const left = filled(cells, rectangle);
  const masked = hammingOf(hashOf(fastTransform(left)).hex, known) + Math.round(60 * areaOf(rectangle));
  const isPlain = informationOf(seen) < minimumQuality || isLowDetail(seen);
  return {
    registered: isPlain ? Infinity : registered,
    masked: isPlain || !saysEnough(left) ? Infinity : masked,
    milliseconds: { register: climbed - began, mask: performance.now() - climbed },
    ...{ window, rectangle },
  };
}
