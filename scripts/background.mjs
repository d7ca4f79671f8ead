// Makes assets/background.ALGORITHM: hashes, one behind the other, of pictures that have nothing to do with each other. A
// hash with many of them around it says little: such pictures look alike to the algorithm (src/matching/commonplace.ts).
//   npm run background -- --corpus DIR     (needs `npm run build`)
// DIR holds some 900 ordinary photographs. Of each the whole, its quarters, and two crops of its middle are hashed; then
// drawings of low detail, with seeds that the tests don't use. The order is that of the file names: the same folder gives
// the same file.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { drawing, drawingKinds } from '../bench/accuracy/drawings.mjs';
import { fingerprinters } from '../dist/fingerprints/index.js';

const { values } = parseArgs({ options: { corpus: { type: 'string' } } });
if (!values.corpus) throw new Error('name a folder of unrelated photographs: --corpus DIR');

const algorithms = ['pdq', 'phash', 'phash256', 'dhash', 'blockhash'];
const hashes = Object.fromEntries(algorithms.map((algorithm) => [algorithm, []]));
let count = 0;
async function add(picture, region) {
  const cut = region ? picture.clone().extract(region) : picture.clone();
  const { data, info } = await cut
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const bitmap = { width, height, channels, data };
  for (const algorithm of algorithms) {
    const answer = fingerprinters[algorithm].compute(bitmap);
    if (!answer.ok) return; // all of them, or none
    hashes[algorithm].push(Buffer.from(answer.hex, 'hex'));
  }
  count += 1;
}

for (const name of readdirSync(values.corpus).sort()) {
  if (!/\.(jpe?g|png|webp)$/i.test(name)) continue;
  const picture = sharp(await sharp(join(values.corpus, name)).rotate().png().toBuffer());
  const { width, height } = await picture.metadata();
  const part = (left, top, share) => ({
    left: Math.floor(width * left),
    top: Math.floor(height * top),
    width: Math.floor(width * share),
    height: Math.floor(height * share),
  });
  await add(picture);
  for (const [left, top] of [
    [0, 0],
    [0.5, 0],
    [0, 0.5],
    [0.5, 0.5],
  ])
    await add(picture, part(left, top, 0.5));
  await add(picture, part(0.2, 0.2, 0.6));
  await add(picture, part(0.1, 0.25, 0.7));
}
const photographs = count;
// Of some kinds most say too little to be hashed at all.
for (const kind of drawingKinds) {
  const enough = count + 90;
  for (let seed = 10_001; seed <= 10_900 && count < enough; seed++)
    await add(sharp(Buffer.from(drawing(kind, seed))).flatten());
}
for (const algorithm of algorithms)
  writeFileSync(
    new URL(`../assets/background.${algorithm}`, import.meta.url),
    Buffer.concat(hashes[algorithm]),
  );
console.log(`${count} pictures, ${photographs} of photographs`);
