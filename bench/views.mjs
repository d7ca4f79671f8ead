// What looking at a picture in several ways costs: CPU time from the bytes to PDQ and the digests, by set of views.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { draw } from './pictures.mjs';

const sets = ['none', 'basic', 'all'];
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * Of each set, CPU milliseconds a picture (the best of the rounds counts) and the median of its ratios to the first. The sets
 * take turns at each picture.
 */
async function measure(dir) {
  const { decode, defaultDecodeLimits, sniff } = await import('../dist/decoders/index.js');
  const { fingerprinters } = await import('../dist/fingerprints/index.js');
  const { frameFingerprinter } = await import('../dist/scanner/frame-fingerprinter.js');
  const named = [{ name: 'pdq', fingerprinter: fingerprinters.pdq }];
  const look = sets.map((set) => frameFingerprinter(named, set));
  const files = readdirSync(dir).map((file) => readFileSync(join(dir, file)));
  const times = sets.map(() => files.map(() => []));
  for (let round = 0; round < 9; round++)
    for (const [i, bytes] of files.entries())
      for (const [s, fingerprint] of look.entries()) {
        const before = cpu();
        for (const name of ['md5', 'sha1', 'sha256']) fingerprinters[name].compute(bytes);
        const decoded = await decode(bytes, sniff(bytes), defaultDecodeLimits);
        for await (const frame of decoded.bitmaps) fingerprint(frame);
        if (round > 0) times[s][i].push(cpu() - before);
      }
  const none = times[0].flat();
  return times.map((all) => ({
    ms: all.reduce((sum, turns) => sum + Math.min(...turns), 0) / files.length,
    ratio: median(all.flat().map((ms, k) => ms / none[k])),
  }));
}

export async function run({ corpus, quick }) {
  const sizes = corpus
    ? [{ label: 'corpus', dir: corpus }]
    : [
        { label: '1024×683', width: 1024, height: 683 },
        { label: '1920×1280', width: 1920, height: 1280 },
        { label: '12 megapixels', width: 4000, height: 3000 },
      ].map((size) => ({ ...size, count: quick ? 2 : 6 }));
  const rows = {};
  const goals = [];
  const made = [];
  try {
    // All are drawn first: the decoder closes the loader that draws, once it is used.
    for (const size of sizes.filter(({ dir }) => !dir)) {
      size.dir = mkdtempSync(join(tmpdir(), 'hashsieve-bench-'));
      made.push(size.dir);
      await draw(size.dir, size);
    }
    for (const { label, dir } of sizes) {
      const [none, ...rest] = await measure(dir);
      rows[`${label}: none`] = { 'CPU ms': Number(none.ms.toFixed(2)), 'of none': 1 };
      for (const [k, { ms, ratio }] of rest.entries()) {
        rows[`${label}: ${sets[k + 1]}`] = {
          'CPU ms': Number(ms.toFixed(2)),
          'of none': Number(ratio.toFixed(2)),
        };
        const limit = sets[k + 1] === 'basic' ? 1.3 : 1.8;
        goals.push({ goal: `${label}, ${sets[k + 1]}`, measured: ratio, limit, unit: '× none' });
      }
    }
  } finally {
    for (const dir of made) rmSync(dir, { recursive: true });
  }
  return { title: 'Views: CPU time a picture, digests and PDQ', rows, goals };
}
