// How often hashes of unrelated pictures lie near each other, by algorithm and kind of look: what expectedByChance says is
// fitted to this (docs/accuracy.md).
//   node bench/accuracy/chance.mjs --corpus DIR[,DIR] [--views basic|all] [--algorithm pdq,phash,phash256,dhash,blockhash]
// Every picture is looked for, in every look, among the upright hashes of all others. Pictures that are copies of each
// other must not be among them: pairs within --same bits of PDQ are named and left out.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hexToBytes } from '../../dist/core/index.js';
import { decode, defaultDecodeLimits, sniff } from '../../dist/decoders/index.js';
import { fingerprinters } from '../../dist/fingerprints/index.js';
import { frameFingerprinter } from '../../dist/scanner/frame-fingerprinter.js';
import { lookGroup } from '../../dist/views/index.js';

const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    views: { type: 'string', default: 'all' },
    algorithm: { type: 'string', default: 'pdq,phash,phash256,dhash,blockhash' },
    same: { type: 'string', default: '48' },
  },
});
if (!values.corpus) throw new Error('name folders of unrelated pictures: --corpus DIR[,DIR]');
const names = values.algorithm.split(',');
const look = frameFingerprinter(
  names.map((name) => ({ name, fingerprinter: fingerprinters[name] })),
  values.views,
);

const pictures = [];
for (const dir of values.corpus.split(','))
  for (const name of readdirSync(dir).sort()) {
    if (!/\.(jpe?g|png|webp|gif)$/i.test(name)) continue;
    try {
      const bytes = readFileSync(join(dir, name));
      const decoded = await decode(bytes, sniff(bytes), defaultDecodeLimits);
      for await (const frame of decoded.bitmaps) {
        const of = Object.fromEntries(names.map((algorithm) => [algorithm, []]));
        for (const { algorithm, hex, view } of look(frame))
          if (hex) {
            const bytes = hexToBytes(hex);
            const words = new Uint32Array(
              bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
            );
            of[algorithm].push({ group: lookGroup(view), isUpright: view === 'upright', words });
          }
        if (of[names[0]].length > 0) pictures.push({ name, of });
        break;
      }
    } catch (error) {
      process.stderr.write(`${name}: ${error.message}\n`);
    }
    if (pictures.length % 100 === 0) process.stderr.write(`${pictures.length} pictures\n`);
  }

const ones = (word) => {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
};
const distance = (a, b) => {
  let d = 0;
  for (let i = 0; i < a.length; i++) d += ones(a[i] ^ b[i]);
  return d;
};

const upright = (picture, algorithm) => picture.of[algorithm].find(({ isUpright }) => isUpright);
const same = new Set();
for (const [i, a] of pictures.entries())
  for (let j = i + 1; j < pictures.length; j++) {
    const known = upright(pictures[j], names[0]);
    if (!known) continue;
    let nearest = 256;
    for (const { words } of a.of[names[0]]) nearest = Math.min(nearest, distance(words, known.words));
    if (nearest <= Number(values.same)) {
      same.add(`${i} ${j}`).add(`${j} ${i}`);
      process.stderr.write(`left out as the same: ${a.name} ${pictures[j].name} (${nearest})\n`);
    }
  }

console.log(`${pictures.length} pictures, ${pictures.length * (pictures.length - 1)} ordered pairs`);
for (const algorithm of names) {
  const { bits, tail, threshold } = fingerprinters[algorithm];
  const groups = new Map();
  for (const [i, a] of pictures.entries())
    for (const { group, words } of a.of[algorithm]) {
      const at =
        groups.get(group) ?? groups.set(group, { n: 0, counts: new Float64Array(bits + 1) }).get(group);
      for (const [j, b] of pictures.entries()) {
        if (i === j || same.has(`${i} ${j}`)) continue;
        const known = upright(b, algorithm);
        if (!known) continue;
        at.n += 1;
        at.counts[distance(words, known.words)] += 1;
      }
    }
  console.log(
    `\n${algorithm}: customary ${threshold}, model ${tail.decades} + ${tail.slope} (d - ${tail.at})`,
  );
  for (const [group, { n, counts }] of groups) {
    let sum = 0;
    const cells = [];
    for (let d = 0; d <= bits && sum / n < 1e-3; d++) {
      sum += counts[d];
      const model = tail.decades + tail.slope * (d - tail.at);
      if (sum > 0 && counts[d] > 0) cells.push(`${d}:${sum} ${(Math.log10(sum / n) - model).toFixed(2)}`);
    }
    console.log(`  ${group.padEnd(18)} n ${n.toExponential(2)}  ${cells.slice(0, 22).join('  ')}`);
  }
}
