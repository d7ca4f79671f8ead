// The index: building, bytes an entry, and time a query against comparing everything, on random hashes.
import { randomFillSync } from 'node:crypto';
import { linearIndex } from '../dist/matching/linear.js';
import { Shard } from '../dist/matching/shard.js';

const cases = [
  { bits: 256, n: 10_000, thresholds: [31, 47] },
  { bits: 256, n: 100_000, thresholds: [31] },
  { bits: 256, n: 1_000_000, thresholds: [10, 31, 47] },
  { bits: 256, n: 10_000_000, thresholds: [10, 24, 31, 47] },
  { bits: 64, n: 1_000_000, thresholds: [4, 8, 10] },
  { bits: 64, n: 10_000_000, thresholds: [4, 8, 10] },
];

/** Seconds of CPU. */
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const random = (bytes) => {
  const filled = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 1 << 28) randomFillSync(filled, at, Math.min(1 << 28, bytes - at));
  return filled;
};

const batches = 20;
const ignore = () => {};

/** Microseconds a query: the best batch's mean (CPU), and the middle and 99th of the single ones (wall). */
function time(search, queries, rowBytes) {
  const count = queries.length / rowBytes;
  const singles = new Float64Array(count);
  let best = Number.POSITIVE_INFINITY;
  for (let batch = 0; batch < batches; batch++) {
    const from = Math.floor((batch * count) / batches);
    const to = Math.floor(((batch + 1) * count) / batches);
    const started = cpu();
    for (let query = from; query < to; query++) {
      const start = performance.now();
      search(queries.subarray(query * rowBytes, (query + 1) * rowBytes));
      singles[query] = (performance.now() - start) * 1000;
    }
    best = Math.min(best, ((cpu() - started) / (to - from)) * 1e6);
  }
  singles.sort();
  return { best, p50: singles[count >> 1], p99: singles[Math.floor(count * 0.99)] };
}

const many = 65_536;

/** Microseconds of CPU a query, of many that are screened at once (rescans): the best of ten rounds. */
function timeScreening(shard, threshold, rowBytes) {
  const queries = random(many * rowBytes);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 10; round++) {
    const started = cpu();
    shard.screen(queries, threshold, new Uint8Array(many));
    best = Math.min(best, ((cpu() - started) / many) * 1e6);
  }
  return best;
}

const round = (value) => Number(value.toPrecision(3));

export function run({ quick }) {
  const rows = [];
  const goals = [];
  for (const { bits, n, thresholds } of cases) {
    if (quick && n > 1_000_000) continue;
    const rowBytes = bits / 8;
    const hashes = random(n * rowBytes);
    const shard = new Shard(bits, n);
    let started = cpu();
    shard.fill(hashes);
    shard.merge(1n);
    const preparing = cpu() - started;
    started = cpu();
    shard.build();
    const building = cpu() - started;
    const bytes = shard.layout.length / n;
    const everything = time(
      (q) => shard.search(q, thresholds[0], false, ignore),
      random(40 * rowBytes),
      rowBytes,
    );
    const plain = linearIndex(hashes, bits);
    const inPlainCode = time((q) => plain.search(q, thresholds[0]), random(20 * rowBytes), rowBytes);
    for (const threshold of thresholds) {
      const queries = random((n > 1_000_000 && threshold > 31 ? 400 : 4000) * rowBytes);
      const { best, p50, p99 } = time((q) => shard.search(q, threshold, true, ignore), queries, rowBytes);
      rows.push({
        bits,
        n,
        threshold,
        'µs (best batch)': round(best),
        'p50 µs': round(p50),
        'p99 µs': round(p99),
        'many at once µs': n > 1_000_000 ? undefined : round(timeScreening(shard, threshold, rowBytes)),
        'linear kernel µs': round(everything.best),
        'plain code µs': round(inPlainCode.best),
        'times faster': round(everything.best / best),
        'merge CPU s': round(preparing),
        'build CPU s': round(building),
        'bytes/entry': round(bytes),
      });
      const goal = { '256/10000000/31': 150, '256/1000000/31': 30, '64/10000000/8': 80 }[
        `${bits}/${n}/${threshold}`
      ];
      if (goal)
        goals.push({
          goal: `query, ${bits} bits, ${n} entries, threshold ${threshold}`,
          measured: best,
          limit: goal,
          unit: 'µs',
        });
    }
    if (bits === 256 && n === 10_000_000) {
      goals.push({ goal: 'build of 10 M', measured: building, limit: 8, unit: 'CPU s' });
      goals.push({
        goal: 'build of 10 M, permuting and merging included',
        measured: preparing + building,
        limit: 8,
        unit: 'CPU s',
      });
      goals.push({ goal: 'bytes an entry', measured: bytes, limit: 130, unit: 'bytes' });
    }
  }
  return { title: 'Index: exact range search among random hashes, one core', rows, goals };
}
