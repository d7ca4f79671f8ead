// Memory and throughput of whole scans: `hashsieve scan` of photographs in its decoding processes, and the greatest resident
// set of one process over few and over many assets, which must not grow with their number.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { draw } from './pictures.mjs';
import { treeMemory } from './process-tree.mjs';

const bin = fileURLToPath(new URL('../bin/hashsieve.js', import.meta.url));

if (process.argv[2] === '--run') {
  const { createScanner, sources } = await import('../dist/index.js');
  const scanner = createScanner({ algorithms: ['pdq', 'phash', 'dhash'], views: 'none', workers: 0 });
  let assets = 0;
  for await (const result of scanner.scan(sources.directory({ path: process.argv[3] }).list())) {
    if (result.outcome === 'failed') throw new Error(result.message);
    assets += 1;
  }
  await scanner.close();
  // The peak of this process alone: maxRSS would include what its parent had when it forked.
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  process.stdout.write(JSON.stringify({ assets, peak: peak / 1024 }));
}

/** Runs a program to its end: what it printed, seconds, and the greatest memory of it and its children, MB. */
function watch(args) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let peak = 0;
    let text = '';
    const timer = setInterval(() => {
      peak = Math.max(peak, treeMemory(child.pid));
    }, 200);
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.on('close', (code) => {
      clearInterval(timer);
      if (code === 0) resolve({ text, peak, seconds: (performance.now() - started) / 1000 });
      else reject(new Error(`${args.join(' ')} ended with ${code}`));
    });
  });
}

async function drawn(dir, name, size) {
  const folder = join(dir, name);
  mkdirSync(folder);
  await draw(folder, size);
  return folder;
}

/** `count` files, no two alike, of the pictures in a folder. */
async function copies(from, to, count, progressive) {
  mkdirSync(to);
  const names = readdirSync(from);
  for (let i = 0; i < count; i++) {
    const picture = sharp(join(from, names[i % names.length])).withMetadata({ orientation: 1 + (i % 8) });
    const jpeg = await picture.jpeg({ quality: 90, progressive }).toBuffer();
    writeFileSync(join(to, `${i}.jpg`), Buffer.concat([jpeg, Buffer.from(`${i}`)]));
  }
}

const row = (assets, seconds, peak) => ({
  assets,
  seconds: Number(seconds.toFixed(1)),
  'assets a second': Number((assets / seconds).toFixed(1)),
  'peak MB': Math.round(peak),
});

export async function run({ quick, corpus }) {
  const dir = mkdtempSync(join(tmpdir(), 'hashsieve-bench-'));
  try {
    const rows = {};
    const goals = [];
    const list = join(dir, 'known.csv');
    const hashes = Array.from({ length: 1000 }, (_, k) => createHash('sha256').update(`${k}`).digest('hex'));
    writeFileSync(list, `algorithm,hash\n${hashes.map((hash) => `pdq,${hash}\n`).join('')}`);
    const scan = async (name, folder, count, options = []) => {
      const { seconds, peak } = await watch([bin, 'scan', folder, '--list', list, '-q', ...options]);
      rows[name] = row(count, seconds, peak);
      return peak;
    };
    const count = quick ? 8 : 40;
    const photos = corpus ?? (await drawn(dir, 'photos', { count, width: 1920, height: 1280 }));
    if (!corpus) {
      await scan('hashsieve scan, 1920×1280', photos, count);
      await scan('the same, --views none', photos, count, ['--views', 'none']);
    }
    // Drawing one of these takes seconds: few are drawn, and each is stored in several ways.
    const large = await drawn(dir, 'large', { count: quick ? 2 : 6, width: 4000, height: 3000 });
    const few = quick ? 4 : 18;
    const peaks12 = [];
    for (const kind of ['baseline', 'progressive']) {
      const folder = join(dir, kind);
      await copies(large, folder, few, kind === 'progressive');
      peaks12.push(await scan(`hashsieve scan, 4000×3000, ${kind} JPEG`, folder, few));
    }
    goals.push({
      goal: 'all processes, 12 megapixels',
      measured: Math.max(...peaks12),
      limit: 400,
      unit: 'MB',
    });

    // As small as is still hashed: what must not grow is per asset, whatever its pixels.
    const small = await drawn(dir, 'small', { count: 10, width: 64, height: 64 });
    const peaks = [];
    for (const many of quick ? [1000, 10_000] : [1000, 10_000, 100_000]) {
      const folder = join(dir, `${many}`);
      mkdirSync(folder);
      for (let i = 0; i < many; i++) linkSync(join(small, `${i % 10}.jpg`), join(folder, `${i}.jpg`));
      const { text, seconds } = await watch([import.meta.filename, '--run', folder]);
      const told = JSON.parse(text);
      peaks.push(told.peak);
      rows[`one process, 64×64, ${many} assets`] = row(told.assets, seconds, told.peak);
    }
    goals.push({
      goal: 'memory stays flat',
      measured: peaks.at(-1) / peaks[0],
      limit: 1.25,
      unit: '× of 1000 assets',
    });
    return { title: 'Memory and throughput of whole scans (1000 listed PDQ hashes)', rows, goals };
  } finally {
    rmSync(dir, { recursive: true });
  }
}
