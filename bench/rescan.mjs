// Rescans: a scan of files that did not change since the last one. Nothing is read or decoded; everything is matched again.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

const bin = new URL('../bin/hashsieve.js', import.meta.url).pathname;

/** Numbers 0…1 that are the same in every run. */
function numbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const chunk = (type, data) => {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length);
  bytes.write(type, 4, 'latin1');
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
};

/** A grey PNG of 64 × 64 pixels: a few rectangles, so that it has a fingerprint of its own. */
export function smallPng(seed) {
  const side = 64;
  const next = numbers(seed * 7919 + 1);
  const rows = Buffer.alloc(side * (side + 1), 128);
  for (let row = 0; row < side; row++) rows[row * (side + 1)] = 0;
  for (let k = 0; k < 12; k++) {
    const [left, top, width, height, grey] = [
      next() * side,
      next() * side,
      4 + next() * 40,
      4 + next() * 40,
      next() * 256,
    ];
    for (let y = top | 0; y < Math.min(side, top + height); y++)
      rows.fill(
        grey,
        y * (side + 1) + 1 + (left | 0),
        y * (side + 1) + 1 + Math.min(side, (left + width) | 0),
      );
  }
  const header = Buffer.from([0, 0, 0, side, 0, 0, 0, side, 8, 0, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** `count` hashes that no picture has, as a list file. */
export function listOf(path, algorithm, digits, count) {
  const hash = (i) => createHash('sha512').update(`${i}`).digest('hex').slice(0, digits);
  writeFileSync(path, `${algorithm}\n${Array.from({ length: count }, (_, i) => hash(i)).join('\n')}\n`);
  return path;
}

const tellCpu = `data:text/javascript,${encodeURIComponent(
  "import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(process.env.CPU_FILE,JSON.stringify(process.cpuUsage())))",
)}`;

/** Runs the program: seconds of wall time and of its own CPU time, and what its summary tells. */
export function timed(args, dir) {
  const [summary, cpu] = [join(dir, 'summary.json'), join(dir, 'cpu.json')];
  const started = performance.now();
  const child = spawnSync(process.execPath, ['--import', tellCpu, bin, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, CPU_FILE: cpu },
  });
  if (child.status !== 0) throw new Error(`code ${child.status}: ${child.stderr}`);
  const wall = (performance.now() - started) / 1000;
  const { user, system } = JSON.parse(readFileSync(cpu, 'utf8'));
  return { wall, cpu: (user + system) / 1e6, told: () => JSON.parse(readFileSync(summary, 'utf8')) };
}

export async function run({ quick, files = '50000' }) {
  const count = quick ? 5000 : Number(files);
  const dir = mkdtempSync(join(tmpdir(), 'hashsieve-bench-'));
  try {
    const md5 = listOf(join(dir, 'md5.csv'), 'md5', 32, 10_000);
    const pdq = listOf(join(dir, 'pdq.csv'), 'pdq', 64, 10_000);
    const uploads = join(dir, 'uploads');
    for (let i = 0; i < count; i++) {
      const folder = join(uploads, String(i % 100));
      if (i < 100) mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${i}.png`), smallPng(i));
    }
    const kinds = [
      { name: '10,000 MD5s', list: md5, more: [] },
      { name: '10,000 PDQ, one view', list: pdq, more: ['--views', 'none'] },
      { name: '10,000 PDQ, default views', list: pdq, more: [] },
    ];
    const rows = {};
    const goals = [];
    for (const { name, list, more } of kinds) {
      const ledger = join(dir, 'ledger.sqlite');
      rmSync(ledger, { force: true });
      const args = ['scan', uploads, '--list', list, ...more, '--ledger', ledger, '-q', '--no-fail'];
      const all = [...args, '--summary', join(dir, 'summary.json')];
      const first = timed(all, dir);
      const size = statSync(ledger).size;
      const again = timed(all, dir);
      const { cache, seconds } = again.told();
      if (cache.reused !== count) throw new Error(`${cache.reused} of ${count} files were not read again`);
      rows[`${count} files, ${name}`] = {
        'first, files/s': Math.round(count / first.wall),
        'again, files/s': Math.round(count / again.wall),
        'without starting': Math.round(count / seconds),
        'per CPU second': Math.round(count / again.cpu),
        'ledger bytes/file': Math.round(size / count),
      };
      const measured = (seconds / count) * 1e6;
      goals.push({ goal: `a rescan against ${name}, a file`, measured, limit: 50, unit: 'µs' });
    }
    return { title: 'Rescans: pictures of 64 × 64 that did not change', rows, goals };
  } finally {
    rmSync(dir, { recursive: true });
  }
}
