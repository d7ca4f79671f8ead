// Fingerprints on top of one decode: CPU time of each algorithm alone, of all together, and of npm peers where they are
// installed (npm ci --prefix bench). Every plan has a process of its own; the processes take turns at each picture, because
// what else the machine does changes from second to second. In its turn a process takes the picture twice, and the second time
// counts: the first wins the processor's caches back from the other processes, which a scan need not do. Ratios are medians of
// those within a turn.
import { fork, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryTunables } from '../dist/runners/worker-process.js';
import { draw } from './pictures.mjs';

const four = ['pdq', 'phash', 'phash256', 'dhash'];
const digests = ['md5', 'sha1', 'sha256'];
const plans = {
  'sharp decode alone': [],
  digests,
  pdq: ['pdq'],
  phash: ['phash'],
  phash256: ['phash256'],
  dhash: ['dhash'],
  blockhash: ['blockhash'],
  'phash, dhash': ['phash', 'dhash'],
  'digests, pdq': [...digests, 'pdq'],
  'digests, pdq, phash, phash256, dhash': [...digests, ...four],
  'all, with blockhash': [...digests, ...four, 'blockhash'],
};
const peers = {
  'npm sharp-phash': async () => {
    const { default: phash } = await import('sharp-phash');
    return (path) => phash(readFileSync(path));
  },
  'npm imghash': async () => {
    const { default: imghash } = await import('imghash');
    return (path) => imghash.hash(path, 8, 'hex');
  },
  'npm image-hash': async () => {
    const { imageHash } = await import('image-hash');
    return (path) =>
      new Promise((resolve, reject) =>
        imageHash(path, 16, true, (error, hash) => (error ? reject(error) : resolve(hash))),
      );
  },
};

const pythonName = 'Python imagehash (phash, dhash)';

/** Python's imagehash on Pillow's pixels, the reference of pHash and dHash; timed in its own process. */
const python = `
import sys, time, os, json, imagehash
from PIL import Image
files = sorted(os.path.join(sys.argv[1], name) for name in os.listdir(sys.argv[1]))
best = [1e9] * len(files)
for turn in range(4):
    for i, path in enumerate(files):
        start = time.process_time()
        with Image.open(path) as picture:
            imagehash.phash(picture)
            imagehash.dhash(picture)
        if turn > 0:
            best[i] = min(best[i], time.process_time() - start)
print(1000 * sum(best) / len(best))
`;

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

async function work(name) {
  if (peers[name]) return peers[name]();
  const { decode, defaultDecodeLimits, sniff } = await import('../dist/decoders/index.js');
  const { fingerprinters } = await import('../dist/fingerprints/index.js');
  return async (path) => {
    const bytes = readFileSync(path);
    for (const algorithm of digests.filter((one) => plans[name].includes(one)))
      fingerprinters[algorithm].compute(bytes);
    if (name === 'digests') return;
    const decoded = await decode(bytes, sniff(bytes), defaultDecodeLimits);
    for await (const { bitmap } of decoded.bitmaps) {
      for (const algorithm of plans[name])
        if (!digests.includes(algorithm)) fingerprinters[algorithm].compute(bitmap);
    }
  };
}

const rounds = 4;

if (process.argv[2] === '--run') {
  const hash = await work(process.argv[3]);
  process.on('message', async (path) => {
    await hash(path);
    const before = cpu();
    await hash(path);
    process.send(cpu() - before);
  });
  process.send('ready');
}

/** One message of a child; undefined where it ends instead, because its peer is not installed. */
const answerOf = (child) =>
  new Promise((resolve) => {
    const ended = () => resolve(undefined);
    child.once('exit', ended);
    child.once('message', (answer) => {
      child.off('exit', ended);
      resolve(answer);
    });
  });

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const best = (times) => times.reduce((sum, turns) => sum + Math.min(...turns), 0) / times.length;

/** CPU milliseconds by plan, picture and round; the first round warms up. */
async function takeTurns(names, files) {
  const children = new Map();
  const times = new Map();
  for (const name of names) {
    const child = fork(import.meta.filename, ['--run', name], {
      // As the decoding processes of a scan.
      env: { ...memoryTunables, ...process.env },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    if ((await answerOf(child)) === undefined) continue;
    children.set(name, child);
    times.set(
      name,
      files.map(() => []),
    );
  }
  for (let round = 0; round < rounds; round++)
    for (const [i, file] of files.entries())
      for (const [name, child] of children) {
        child.send(file);
        const ms = await answerOf(child);
        if (round > 0) times.get(name)[i].push(ms);
      }
  for (const child of children.values()) child.disconnect();
  return times;
}

async function table(dir) {
  const files = readdirSync(dir).map((file) => join(dir, file));
  const times = await takeTurns([...Object.keys(plans), ...Object.keys(peers)], files);
  const decode = times.get('sharp decode alone').flat();
  const rows = {};
  for (const name of [...Object.keys(plans), ...Object.keys(peers)]) {
    const known = times.get(name);
    rows[name] = known
      ? {
          'CPU ms': Number(best(known).toFixed(2)),
          'of decode': Number(median(known.flat().map((ms, k) => ms / decode[k])).toFixed(2)),
        }
      : { 'CPU ms': undefined, 'of decode': 'not installed' };
  }
  const { status, stdout } = spawnSync('python3', ['-c', python, dir], { encoding: 'utf8' });
  const ms = Number(stdout);
  rows[pythonName] =
    status === 0
      ? { 'CPU ms': ms, 'of decode': Number((ms / rows['sharp decode alone']['CPU ms']).toFixed(2)) }
      : { 'CPU ms': undefined, 'of decode': 'not installed' };
  return rows;
}

/** Goals are ratios to the bare decode: 22 : 16 ms at 1920×1280, 105 : 84 at 12 megapixels, blockhash 5 : 16 more. */
export async function run({ corpus, quick }) {
  const sizes = corpus
    ? [{ label: 'corpus', dir: corpus }]
    : [
        { label: '1920×1280', width: 1920, height: 1280, count: quick ? 4 : 24, limit: 22 / 16 },
        { label: '12 megapixels', width: 4000, height: 3000, count: quick ? 2 : 6, limit: 105 / 84 },
      ];
  const rows = {};
  const goals = [];
  for (const { label, dir: given, limit, ...size } of sizes) {
    const dir = given ?? mkdtempSync(join(tmpdir(), 'hashsieve-bench-'));
    try {
      if (!given) await draw(dir, size);
      const found = await table(dir);
      for (const [name, row] of Object.entries(found)) rows[`${label}: ${name}`] = row;
      if (!limit) continue;
      const ratio = (name) => found[name]['of decode'];
      const together = 'digests, pdq, phash, phash256, dhash';
      goals.push({ goal: `${label}, ${together}`, measured: ratio(together), limit, unit: '× decode' });
      if (label !== '1920×1280') continue;
      const added = ratio('all, with blockhash') - ratio(together);
      goals.push({ goal: 'blockhash adds', measured: Math.max(0, added), limit: 5 / 16, unit: '× decode' });
    } finally {
      if (!given) rmSync(dir, { recursive: true });
    }
  }
  return { title: 'Fingerprints: CPU time a picture', rows, goals };
}
