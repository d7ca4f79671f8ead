import sharp, { type Sharp } from 'sharp';

/** A picture of coloured, overlapping shapes: rich enough to fingerprint, different for every seed. Raw RGB. */
export function drawPixels(seed: number, width = 160, height = 120): Uint8Array {
  let state = seed * 2654435761;
  const next = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
  const shapes = Array.from({ length: 14 }, () => ({
    x: next() * width,
    y: next() * height,
    rx: (0.08 + next() * 0.3) * width,
    ry: (0.08 + next() * 0.3) * height,
    colour: [next() * 255, next() * 255, next() * 255],
  }));
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const top = shapes.findLast((s) => ((x - s.x) / s.rx) ** 2 + ((y - s.y) / s.ry) ** 2 < 1);
      for (let c = 0; c < 3; c++) data[(y * width + x) * 3 + c] = top ? top.colour[c]! : (x * 160) / width;
    }
  return data;
}

/** The same picture as a sharp pipeline: `.jpeg()`, `.png()`, …, `.toBuffer()`. */
export const draw = (seed: number, width = 160, height = 120): Sharp =>
  sharp(drawPixels(seed, width, height), { raw: { width, height, channels: 3 } });
