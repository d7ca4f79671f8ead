// What it would bring to re-cut candidates: chance matches after registering and masking, and recall (docs/accuracy.md).
//   node bench/accuracy/register.mjs null --corpus DIR[,DIR] [--pieces 0|4|13] [--drawings 20] [--reach 72]
//   node bench/accuracy/register.mjs recall --corpus DIR [--count 30] [--registered 24 --masked 22 --listed 100000]
// The pictures must be unrelated. `null` looks for each of them, and its pieces, among the upright hashes of all others
// and registers what is near. Pieces of one picture are never compared. Nothing is kept.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { thresholdFor } from '../../dist/core/chance.js';
import { hexToBytes } from '../../dist/core/index.js';
import { fingerprinters } from '../../dist/fingerprints/index.js';
import { Commonplace } from '../../dist/matching/commonplace.js';
import { isPlainHash } from '../../dist/matching/plain-hash.js';
import { Shard } from '../../dist/matching/shard.js';
import { sharesOf, viewName, viewSource, viewsOf } from '../../dist/views/index.js';
import { lumaRaster } from '../../dist/views/raster.js';
import { alter, alterations, of, original, raw } from './alterations.mjs';
import { drawing, drawingKinds } from './drawings.mjs';
import { further } from './further.mjs';
import { bitsOf, recut } from './recut.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    corpus: { type: 'string' },
    count: { type: 'string', default: '30' },
    pieces: { type: 'string', default: '4' },
    drawings: { type: 'string', default: '20' },
    reach: { type: 'string', default: '72' },
  },
});
if (!values.corpus) throw new Error('name folders of unrelated pictures: --corpus DIR[,DIR]');
const { pdq } = fingerprinters;
/** How near a candidate must be: a look that is not turned may be farther. */
const gate = { straight: 63, turned: 47 };
const whole = { left: 0, top: 0, right: 1, bottom: 1 };
const looks = viewsOf('all');

const within = (outer, { left, top, right, bottom, turn }) => {
  const [w, h] = [outer.right - outer.left, outer.bottom - outer.top];
  return {
    left: outer.left + left * w,
    top: outer.top + top * h,
    right: outer.left + right * w,
    bottom: outer.top + bottom * h,
    ...(turn === undefined ? {} : { turn }),
  };
};

/** Every look at a picture: its hash, what it shows, and how that is turned. */
function looksAt({ data, w, h }) {
  const upright = { width: w, height: h, channels: 3, data };
  const source = viewSource({ index: 0, bitmap: upright, orientation: 1 });
  const out = [];
  for (const { name, view } of looks) {
    let window = whole;
    const watched = Object.create(source, {
      sampled: {
        value(one) {
          window = one;
          return source.sampled(one);
        },
      },
      sampledWithin: {
        value: (trim, one) => {
          if (source.trims[trim]) window = within(source.trims[trim], one);
          return source.sampledWithin(trim, one);
        },
      },
    });
    const bitmap = view.look(watched);
    const answer = bitmap && pdq.computeTurned(bitmap, view.turns);
    if (name === 'upright' && (!answer?.ok || answer.lowDetail)) return { looks: [], saysLittle: true };
    if (!answer?.ok || answer.lowDetail) continue;
    for (const [k, { hex }] of answer.hashes.entries())
      out.push({ hex, window, turn: view.turns[k], view: viewName(name, view.turns[k]) });
  }
  return { looks: out, saysLittle: false };
}
const isStraight = ({ dihedral, negative }) => dihedral === 'identity' && !negative;
const rasterOfPicture = ({ data, w, h }) => ({
  raster: lumaRaster({ width: w, height: h, channels: 3, data }),
  aspect: w / h,
});
const filesOf = (dirs) =>
  dirs.split(',').flatMap((dir) =>
    readdirSync(dir)
      .filter((name) => /\.(jpe?g|png|webp)$/i.test(name))
      .sort()
      .map((name) => join(dir, name)),
  );

/** A picture (piece 0), one of its quarters (1…4) or of its ninths (5…13). */
async function pieceOf(path, piece) {
  const picture = await original(path);
  if (piece === 0) return picture;
  const [across, k] = piece <= 4 ? [2, piece - 1] : [3, piece - 5];
  const [width, height] = [Math.floor(picture.w / across), Math.floor(picture.h / across)];
  const [left, top] = [(k % across) * width, Math.floor(k / across) * height];
  return raw(of(picture).extract({ left, top, width, height }));
}

/** Everything that is compared. Pictures of one group are never compared with each other. */
function population() {
  const pieces = Array.from({ length: Number(values.pieces) + 1 }, (_, piece) => piece);
  const photographs = filesOf(values.corpus).flatMap((path) =>
    pieces.map((piece) => ({
      ...{ name: `${path} ${piece}`, group: path, kind: 'photograph', load: () => pieceOf(path, piece) },
    })),
  );
  const drawings = drawingKinds.flatMap((kind) =>
    Array.from({ length: Number(values.drawings) }, (_, seed) => ({
      ...{ name: `${kind} ${seed}`, group: `${kind} ${seed}`, kind: 'drawing' },
      load: () => raw(sharp(Buffer.from(drawing(kind, 1000 + seed))).flatten()),
    })),
  );
  return [...photographs, ...drawings];
}

function index(hexes) {
  const shard = new Shard(256, hexes.length);
  shard.fill(hexToBytes(hexes.join('')));
  return (hex, within) => {
    const found = [];
    shard.search(hexToBytes(hex), within, false, (row, distance) => found.push({ row, distance }));
    return found;
  };
}

async function measureNull() {
  const all = [];
  for (const one of population()) {
    const { looks, saysLittle } = looksAt(await one.load());
    if (saysLittle || isPlainHash('pdq', hexToBytes(looks[0].hex))) continue;
    all.push({ ...one, looks });
    if (all.length % 250 === 0) process.stderr.write(`${all.length} pictures\n`);
  }
  const search = index(all.map(({ looks }) => looks[0].hex));
  // As many neighbours as the matcher allows among its 8,000, of other pictures than the pair itself.
  const allowed = (8 * all.length) / 8000;
  const shipped = new Commonplace();
  const crowds = new Map();
  const isCrowded = (hex, groups) => {
    const near = crowds.get(hex) ?? search(hex, 84);
    crowds.set(hex, near);
    return near.filter(({ row }) => !groups.includes(all[row].group)).length > allowed;
  };
  const sizes = new Map();
  for (const { group } of all) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const pairs = [];
  let compared = 0;
  for (const [i, one] of all.entries()) {
    compared += all.length - sizes.get(one.group);
    const nearest = new Map();
    for (const look of one.looks)
      for (const { row, distance } of search(look.hex, Number(values.reach))) {
        if (all[row].group === one.group) continue;
        if (distance < (nearest.get(row)?.distance ?? Infinity)) nearest.set(row, { distance, look });
      }
    for (const [row, { distance, look }] of nearest) {
      const other = all[row];
      const groups = [one.group, other.group];
      const hashes = [other.looks[0].hex, one.looks[0].hex, look.hex];
      const crowded = hashes.some((hex) => isCrowded(hex, groups));
      const commonplace = hashes.some((hex) => shipped.has('pdq', hexToBytes(hex)));
      pairs.push({ distance, crowded, commonplace, look, i, row });
    }
  }
  const most = [...crowds.values()].map((near) => near.length).sort((a, b) => b - a);
  process.stderr.write(`most neighbours: ${most.slice(0, 30).join(' ')}\n`);
  process.stderr.write(`${pairs.length} pairs within ${values.reach}\n`);
  for (const pair of pairs) {
    const { raster, aspect } = rasterOfPicture(await all[pair.i].load());
    Object.assign(pair, recut(raster, aspect, pair.look, all[pair.row].looks[0].hex));
  }
  report(all, compared, pairs);
}

const passes = ({ distance, look }) => distance <= (isStraight(look.turn) ? gate.straight : gate.turned);
const mean = (some) => some.reduce((sum, one) => sum + one, 0) / some.length;

function report(all, compared, pairs) {
  const photographs = all.filter(({ kind }) => kind === 'photograph').length;
  console.log(
    `${photographs} photographs and pieces, ${all.length - photographs} drawings that say enough for a hash`,
  );
  console.log(`${compared} ordered pairs, ${pairs.length} within ${values.reach}`);
  const rows = [
    ['all', pairs],
    ['hub-gated', pairs.filter(({ crowded }) => !crowded)],
    ['within 63/47', pairs.filter(passes)],
    ['within 63/47, by the shipped background', pairs.filter((pair) => !pair.commonplace && passes(pair))],
    ['hub-gated, within 63/47', pairs.filter((pair) => !pair.crowded && passes(pair))],
    [
      'photographs, hub-gated',
      pairs.filter((p) => !p.crowded && [p.i, p.row].every((k) => all[k].kind === 'photograph')),
    ],
  ];
  for (const [name, some] of rows) {
    console.log(`\n${name}: ${some.length} pairs`);
    for (const what of ['distance', 'registered', 'masked']) {
      const sorted = some
        .map((pair) => pair[what])
        .filter(Number.isFinite)
        .sort((a, b) => a - b);
      const counts = [15, 17, 22, 24, 31, 40, 47, 56, 63].map(
        (d) => `≤${d}: ${sorted.filter((x) => x <= d).length}`,
      );
      console.log(`  ${what.padEnd(10)} ${counts.join('  ')}  nearest ${sorted.slice(0, 16).join(' ')}`);
    }
  }
  const ms = (step) => mean(pairs.map(({ milliseconds }) => milliseconds[step])).toFixed(1);
  console.log(`\nmilliseconds a candidate: register ${ms('register')}, mask ${ms('mask')}`);
  for (const p of pairs
    .filter(({ crowded }) => !crowded)
    .sort((a, b) => Math.min(a.masked, a.registered) - Math.min(b.masked, b.registered))
    .slice(0, 12))
    console.log(
      `  ${p.distance} → ${p.registered} → ${p.masked} ${p.look.view}: ${all[p.i].name} ${all[p.row].name}`,
    );
}

/** Alterations by which something of the picture is lost or covered. */
const lossy =
  'crop5 crop10 corner5 top10 meme logo2 logo6 screenshot tilt2 tiltBack2 tilt5 repost mirroredCrop screenshot30 sticker5 sticker15 eyeBar circle perspective5 swirl videoWithIcons croppedBorder side10'.split(
    ' ',
  );

/** The rules that are compared, for lists of 100,000 and of a million entries: bits after registering and masking. */
const rules = {
  100000: [
    [24, 22],
    [19, 16],
    [15, 13],
  ],
  1000000: [
    [17, 15],
    [12, 10],
    [9, 7],
  ],
};

async function measureRecall() {
  const files = filesOf(values.corpus);
  const stride = Math.max(1, Math.floor(files.length / Number(values.count)));
  const chosen = files.filter((_, k) => k % stride === 0).slice(0, Number(values.count));
  const shares = sharesOf('all');
  const reach = (view, listed) => thresholdFor(pdq.tail, 1, { listed, share: shares.get(view) });
  const flat = Object.assign({}, ...Object.values(alterations), ...Object.values(further));
  const columns = Object.entries(rules).flatMap(([listed, some]) => [
    `${listed} today`,
    ...some.map(([r, m]) => `${listed} or ${r}/${m}`),
    `${listed} possible 31`,
  ]);
  const sums = new Map(columns.map((column) => [column, 0]));
  const times = [];
  console.log(`| alteration | coarse, registered, masked (medians) | ${columns.join(' | ')} |`);
  console.log(`| --- | --- |${' --- |'.repeat(columns.length)}`);
  const median = (some) => some.sort((a, b) => a - b)[some.length >> 1];
  let measured = 0;
  for (const name of lossy) {
    const alteration = flat[name];
    const found = new Map(columns.map((column) => [column, 0]));
    const distances = { distance: [], registered: [], masked: [] };
    let n = 0;
    for (const path of chosen) {
      const picture = await original(path);
      const known = looksAt(picture).looks[0];
      if (!known) continue;
      const bytes = await alter(picture, alteration, [picture]);
      const query = await raw(sharp(bytes));
      const seen = looksAt(query).looks;
      if (seen.length === 0) continue;
      n += 1;
      const bits = bitsOf(known.hex);
      for (const look of seen)
        look.distance = bitsOf(look.hex).reduce((sum, bit, k) => sum + (bit ^ bits[k]), 0);
      const candidates = seen.filter((look) => passes({ distance: look.distance, look }));
      const look = candidates.sort((a, b) => a.distance - b.distance)[0];
      const { raster, aspect } = rasterOfPicture(query);
      const after = look
        ? recut(raster, aspect, look, known.hex)
        : { registered: Infinity, masked: Infinity };
      if (look) times.push(after.milliseconds);
      distances.distance.push(Math.min(...seen.map(({ distance }) => distance)));
      distances.registered.push(after.registered);
      distances.masked.push(after.masked);
      const hit = (column, yes) => yes && found.set(column, found.get(column) + 1);
      for (const [listed, some] of Object.entries(rules)) {
        const today = seen.some(({ view, distance }) => distance <= reach(view, Number(listed)));
        hit(`${listed} today`, today);
        for (const [r, m] of some)
          hit(`${listed} or ${r}/${m}`, today || after.registered <= r || after.masked <= m);
        hit(`${listed} possible 31`, today || after.registered <= 31 || after.masked <= 31);
      }
    }
    measured += 1;
    const shown = Object.values(distances).map(median).join(', ');
    const shares = columns.map((column) => (100 * found.get(column)) / n);
    for (const [k, column] of columns.entries()) sums.set(column, sums.get(column) + shares[k]);
    console.log(`| ${name} | ${shown} | ${shares.map((share) => share.toFixed(0)).join(' | ')} |`);
  }
  console.log(
    `| mean of ${measured} | | ${columns.map((c) => (sums.get(c) / measured).toFixed(1)).join(' | ')} |`,
  );
  console.log(
    `\nmilliseconds a candidate: register ${mean(times.map((t) => t.register)).toFixed(1)}, mask ${mean(times.map((t) => t.mask)).toFixed(1)}`,
  );
}

const measures = { null: measureNull, recall: measureRecall };
const measure = measures[positionals[0]];
if (!measure) throw new Error('say what to measure: null or recall');
await measure();
