import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

/** Draws `count` JPEGs of quality 85 into `dir`: ellipses over noise, so that they compress like photographs. */
export async function draw(dir, { count, width, height }) {
  const background = { type: 'gaussian', mean: 128, sigma: 12 };
  for (let i = 0; i < count; i++) {
    const shapes = Array.from({ length: 40 }, (_, k) => {
      const r = (n) => Math.abs(Math.sin(i * 131 + k * 17 + n) * 1e4) % 1;
      const place = `cx="${r(1) * width}" cy="${r(2) * height}" rx="${(r(3) * width) / 5}" ry="${(r(4) * height) / 5}"`;
      return `<ellipse ${place} fill="hsl(${r(5) * 360},70%,${r(6) * 90}%)"/>`;
    }).join('');
    const svg = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes}</svg>`,
    );
    const create = { width, height, channels: 3, background: '#808080', noise: background };
    const noise = await sharp({ create }).png({ compressionLevel: 1 }).toBuffer();
    const drawn = sharp(noise).composite([{ input: svg, blend: 'soft-light' }]);
    writeFileSync(join(dir, `${i}.jpg`), await drawn.jpeg({ quality: 85 }).toBuffer());
  }
}
