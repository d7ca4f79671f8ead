// Recall per alteration and false positives, per algorithm, view set and strictness, on a folder of pictures.
//   npm run bench:accuracy -- --corpus DIR [--count 30] [--algorithm pdq,phash,dhash] [--write]
// False positives are looked for over all pairs of the folder. Peers take part where they are installed (peers.mjs).
// --write puts the table and the plot into docs/. Nothing is sent or kept; pictures are altered in memory.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { expectedByChance, thresholdFor } from '../../dist/core/chance.js';
import { hammingDistance, hexToBytes } from '../../dist/core/hamming.js';
import { decode, defaultDecodeLimits, sniff } from '../../dist/decoders/index.js';
import { fingerprinters } from '../../dist/fingerprints/index.js';
import { frameFingerprinter } from '../../dist/scanner/frame-fingerprinter.js';
import { lookGroup, sharesOf, viewsOf } from '../../dist/views/index.js';
import { alter, alterations as customary, encode, original } from './alterations.mjs';
import { further } from './further.mjs';
import { distance, installedPeers } from './peers.mjs';

const { values } = parseArgs({
  options: {
    corpus: { type: 'string' },
    count: { type: 'string', default: '30' },
    algorithm: { type: 'string', default: 'pdq' },
    write: { type: 'boolean' },
  },
});
if (!values.corpus) throw new Error('name a folder of ordinary pictures: --corpus DIR');
const names = values.algorithm.split(',');
const algorithms = names.map((name) => ({ name, fingerprinter: fingerprinters[name] }));
const look = {
  query: frameFingerprinter(algorithms, 'all'),
  none: frameFingerprinter(algorithms, 'none'),
  list: frameFingerprinter(algorithms, 'all', 'list'),
};

async function hashes(bytes, side) {
  const decoded = await decode(bytes, sniff(bytes), defaultDecodeLimits);
  for await (const frame of decoded.bitmaps)
    return look[side](frame)
      .filter(({ hex }) => hex)
      .map(({ algorithm, hex, view }) => ({ algorithm, view, bytes: hexToBytes(hex) }));
  return [];
}

const bends = viewsOf('all')
  .filter(({ view }) => view.set === 'all')
  .map(({ name }) => name);
const setOf = (view) => (view === 'upright' ? 0 : bends.includes(view.split('+')[0]) ? 2 : 1);
const sets = ['none', 'basic', 'all'];
/** Accepted: the customary threshold; one chance match in a million pictures with so many listed hashes. */
const listedOf = { '1e-6': 1, fourRows: 4, balanced: 10_000, '100k': 100_000, '1M': 1_000_000 };
const shares = sets.map((set) => sharesOf(set));
const isTurned = (view) => /\+(turned|negative)$/.test(lookGroup(view));
const reach = new Map();
/** The threshold of a look in a set (by number) where `listed` hashes are looked for. */
function reachOf(name, s, view, listed) {
  const share = shares[s].get(view);
  const { tail, turnedTail } = fingerprinters[name];
  const of = (isTurned(view) && turnedTail) || tail;
  const key = `${name} ${listed} ${share} ${of === turnedTail}`;
  if (!reach.has(key)) reach.set(key, thresholdFor(of, 1, { listed, share }));
  return reach.get(key);
}
/** Of each set the nearest distance, and under which of `listedOf` a look is near enough. */
function nearest(query, listed, algorithm) {
  const best = sets.map(() => ({ distance: Infinity, hits: {} }));
  for (const q of query)
    if (q.algorithm === algorithm) {
      let d = Infinity;
      for (const l of listed)
        if (l.algorithm === algorithm) d = Math.min(d, hammingDistance(q.bytes, l.bytes));
      for (let s = setOf(q.view); s < sets.length; s++) {
        if (d < best[s].distance) best[s].distance = d;
        for (const [key, size] of Object.entries(listedOf))
          if (d <= reachOf(algorithm, s, q.view, size)) best[s].hits[key] = true;
      }
    }
  return best;
}
/** 95 % interval of a share (Wilson). */
function interval(hits, n) {
  const z = 1.96,
    p = hits / n,
    c = p + (z * z) / (2 * n),
    w = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n)),
    d = 1 + (z * z) / n;
  return [(c - w) / d, (c + w) / d];
}

const files = readdirSync(values.corpus)
  .filter((name) => /\.(jpe?g|png|webp)$/i.test(name))
  .sort();
const stride = Math.max(1, Math.floor(files.length / Number(values.count)));
const chosen = files.filter((_, k) => k % stride === 0).slice(0, Number(values.count));
const listed = new Map();
const own = new Map();
for (const name of chosen) {
  const bytes = await encode(await original(join(values.corpus, name)));
  listed.set(name, await hashes(bytes, 'none'));
  own.set(name, await hashes(bytes, 'list'));
}
const peers = await installedPeers();
/** A peer that cannot read a picture does not find it. */
const hashOf = (peer, bytes) => peer.hash(Buffer.from(bytes)).catch(() => undefined);
const peersListed = new Map();
for (const name of chosen) {
  const bytes = await encode(await original(join(values.corpus, name)));
  peersListed.set(name, await Promise.all(peers.map((peer) => hashOf(peer, bytes))));
}
const alterations = { ...customary, ...further };
const rows = [];
const wrong = Object.fromEntries(names.map((name) => [name, [[], [], []]]));
for (const [family, group] of Object.entries(alterations))
  for (const [name, alteration] of Object.entries(group)) {
    const row = { family, name, n: 0, found: {} };
    for (const [i, file] of chosen.entries()) {
      // The decoder closes all loaders but a few when it is first used; overlays are drawn as SVG.
      sharp.unblock({ operation: ['VipsForeignLoad'] });
      if (listed.get(file).length === 0) continue;
      const others = [1, 2, 3, 4].map((k) => join(values.corpus, chosen[(i + k) % chosen.length]));
      const showsOthers = Object.hasOwn(further, family);
      const bytes = await alter(
        await original(join(values.corpus, file)),
        alteration,
        showsOthers ? await Promise.all(others.map((path) => original(path))) : [],
      );
      const query = await hashes(bytes, 'query');
      row.n += 1;
      const hit = (key, yes) => {
        row.found[key] = (row.found[key] ?? 0) + (yes ? 1 : 0);
      };
      for (const [k, peer] of peers.entries()) {
        const hash = await hashOf(peer, bytes);
        const known = peersListed.get(file)[k];
        const d = hash && known ? distance(hash, known) : Infinity;
        hit(`${peer.name} strict`, d <= peer.customary);
        hit(`${peer.name} 1e-6`, d <= peer.atE6);
      }
      for (const algorithm of names) {
        const { threshold } = fingerprinters[algorithm];
        const found = nearest(query, listed.get(file), algorithm);
        const owned = nearest(query, own.get(file), algorithm);
        for (const [s, set] of sets.entries()) {
          hit(`${algorithm} ${set} strict`, found[s].distance <= threshold);
          for (const key of Object.keys(listedOf)) hit(`${algorithm} ${set} ${key}`, found[s].hits[key]);
        }
        hit(`${algorithm} own strict`, owned[1].distance <= threshold);
        hit(`${algorithm} all own 1e-6`, owned[2].hits.fourRows);
        if (rows.length % 8 === 0)
          for (const other of chosen)
            if (other !== file && !showsOthers)
              for (const [s, one] of nearest(query, listed.get(other), algorithm).entries())
                wrong[algorithm][s].push(one);
      }
    }
    rows.push(row);
    process.stderr.write(`${family}/${name} ${row.n}\n`);
  }

const pairs = Object.fromEntries(names.map((name) => [name, [[], [], []]]));
{
  const plain = [];
  for (const name of files) {
    sharp.unblock({ operation: ['VipsForeignLoad'] });
    const bytes = await encode(await original(join(values.corpus, name)));
    const seen = await hashes(bytes, 'query');
    plain.push({ seen, upright: seen.filter(({ view }) => view === 'upright') });
  }
  for (const { seen } of plain)
    for (const other of plain)
      if (other.seen !== seen && seen.length > 0 && other.upright.length > 0)
        for (const algorithm of names)
          for (const [s, one] of nearest(seen, other.upright, algorithm).entries())
            pairs[algorithm][s].push(one);
}

const columns = names.flatMap((a) => [
  `${a} none strict`,
  `${a} none 1e-6`,
  `${a} basic strict`,
  `${a} basic 1e-6`,
  `${a} all strict`,
  `${a} all balanced`,
  `${a} all 100k`,
  `${a} all 1M`,
  `${a} all 1e-6`,
  `${a} own strict`,
  `${a} all own 1e-6`,
]);
const percent = (x) => (100 * x).toFixed(x === 1 ? 0 : 1);
const share = (some, key) => some.reduce((sum, r) => sum + r.found[key] / r.n, 0) / some.length;
const counted = rows.filter(
  ({ family }) => !['bend', 'collage'].includes(family) && !Object.hasOwn(further, family),
);
const more = rows.filter(({ family }) => Object.hasOwn(further, family));
const out = [
  `${chosen.length} pictures, ${rows.length} alterations (${counted.length} in the first mean and ${more.length}, from "several pictures" on, in the second; bends and collages are shown apart).`,
  '',
];
out.push(`| alteration | ${columns.join(' | ')} | 95 % |`, `| --- |${' --- |'.repeat(columns.length + 1)}`);
for (const family of Object.keys(alterations)) {
  const some = rows.filter((r) => r.family === family);
  out.push(
    `| **${family}** (${some.length}) | ${columns.map((c) => `**${percent(share(some, c))}**`).join(' | ')} | |`,
  );
  for (const r of some) {
    const [low, high] = interval(r.found[`${names[0]} all 1e-6`], r.n);
    out.push(
      `| ${r.name} | ${columns.map((c) => percent(r.found[c] / r.n)).join(' | ')} | ${percent(low)}–${percent(high)} |`,
    );
  }
}
out.push(
  `| **mean of ${counted.length}** | ${columns.map((c) => `**${percent(share(counted, c))}**`).join(' | ')} | |`,
  `| **mean of ${more.length} further** | ${columns.map((c) => `**${percent(share(more, c))}**`).join(' | ')} | |`,
  '',
  'A column names the views and what is accepted: "strict" is the customary threshold, the others one chance match in a million pictures, all looks together: "1e-6" with one listed hash, "balanced" with 10,000, "100k" and "1M" with as many. "own strict" is `basic` with a list made by `list add --from-image`.',
  '',
);
if (peers.length > 0) {
  const ours = [`${names[0]} basic strict`, `${names[0]} all 1e-6`];
  const theirs = peers.flatMap(({ name }) => [`${name} strict`, `${name} 1e-6`]);
  const all = [...ours, ...theirs];
  out.push(
    'The same pictures with other packages, "strict" at the customary threshold of each, "1e-6" at the largest with at most one false positive in a million comparisons of photographs:',
    '',
    `| family | ${all.join(' | ')} |`,
    `| --- |${' --- |'.repeat(all.length)}`,
  );
  for (const [name, some] of [
    ...Object.keys(alterations).map((family) => [family, rows.filter((r) => r.family === family)]),
    [`**mean of ${counted.length}**`, counted],
    [`**mean of ${more.length} further**`, more],
  ])
    out.push(`| ${name} | ${all.map((c) => percent(share(some, c))).join(' | ')} |`);
  out.push('');
}
out.push(
  '"95 %" is the Wilson interval of the last-but-one column of the first algorithm. False positives, altered copies of a picture against all others, and all ordered pairs of the folder:',
  '',
);
out.push(
  '| algorithm | views | comparisons of pictures | nearest | at strict | at the 1e-6 threshold of the model | the model says of the nearest, if upright |',
  '| --- | --- | --- | --- | --- | --- | --- |',
);
for (const [a, what, from] of names.flatMap((name) => [
  [name, 'altered', wrong],
  [name, 'pairs', pairs],
]))
  sets.forEach((set, s) => {
    const found = from[a][s];
    const d = found.map((one) => one.distance);
    const min = d.reduce((x, y) => Math.min(x, y), Infinity);
    const share = shares[s].get('upright');
    const model = expectedByChance(fingerprinters[a].tail, min, { listed: d.length, share }) / 1e6;
    out.push(
      `| ${a}, ${what} | ${set} | ${d.length} | ${min} | ${d.filter((x) => x <= fingerprinters[a].threshold).length} | ${found.filter(({ hits }) => hits['1e-6']).length} (upright at ${reachOf(a, s, 'upright', 1)}) | ${model.toPrecision(2)} expected |`,
    );
  });
const text = out.join('\n');
console.log(text);
if (values.write) {
  const doc = new URL('../../docs/accuracy.md', import.meta.url);
  const [head] = readFileSync(doc, 'utf8').split('\n## Measured\n');
  writeFileSync(
    doc,
    `${head.trimEnd()}\n\n## Measured\n\n\`npm run bench:accuracy -- --corpus DIR --write\` writes this section; the thresholds "1e-6" are the model's for one chance match in a million comparisons of pictures.\n\n![recall by family](accuracy.svg)\n\n${text}\n`,
  );
  writeFileSync(new URL('../../docs/accuracy.svg', import.meta.url), plotOf(names[0]));
}

/** Recall by family as a picture: a bar for each set of views, a tick for each peer; readable on bright and dark pages. */
function plotOf(algorithm) {
  const families = Object.keys(alterations);
  const [left, top, wide, step] = [110, 62, 480, 34];
  const bottom = top + families.length * step;
  const bars = families.map((family, k) => {
    const some = rows.filter((row) => row.family === family);
    const y = top + 4 + k * step;
    const ours = sets.map(
      (set, s) =>
        `<rect class="s${s}" x="${left}" y="${y + s * 9}" width="${(share(some, `${algorithm} ${set} 1e-6`) * wide).toFixed(1)}" height="8"/>`,
    );
    const theirs = peers.map(({ name }, n) => {
      const x = left + share(some, `${name} 1e-6`) * wide;
      return `<circle class="p${n % 3}" cx="${x.toFixed(1)}" cy="${y + 4 + 9 * (n % 3)}" r="3"><title>${name}</title></circle>`;
    });
    return `${ours.join('')}${theirs.join('')}<text x="${left - 6}" y="${y + 17}" text-anchor="end">${family}</text>`;
  });
  const axis = [0, 25, 50, 75, 100].map((at) => {
    const x = left + (wide * at) / 100;
    return `<line x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/><text x="${x}" y="${bottom + 14}" text-anchor="middle">${at} %</text>`;
  });
  const legend =
    sets
      .map(
        (set, s) =>
          `<rect class="s${s}" x="${left + s * 90}" y="24" width="10" height="8"/><text x="${left + s * 90 + 14}" y="32">${set}</text>`,
      )
      .join('') +
    peers
      .map(
        ({ name }, n) =>
          `<circle class="p${n % 3}" cx="${left + 5 + n * 150}" cy="46" r="3"/><text x="${left + 14 + n * 150}" y="50">${name}</text>`,
      )
      .join('');
  const style =
    'text{fill:#222}line{stroke:#999}.s0{fill:#aaa}.s1{fill:#69c}.s2{fill:#036}circle{stroke:#fff}.p0{fill:#c33}.p1{fill:#e90}.p2{fill:#393}' +
    '@media(prefers-color-scheme:dark){text{fill:#ddd}line{stroke:#777}.s0{fill:#777}.s1{fill:#48a}.s2{fill:#9cf}circle{stroke:#111}.p0{fill:#f77}.p1{fill:#fc5}.p2{fill:#7d7}}';
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="620" height="${bottom + 24}" font-family="sans-serif" font-size="11"><style>${style}</style>` +
    `<text x="${left}" y="14">recall at one chance match in a million comparisons: ${algorithm} by views, and other packages (dots)</text>` +
    `${legend}${axis.join('')}${bars.join('')}</svg>\n`
  );
}
