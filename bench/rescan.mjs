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
function list(path, digits, count) {
  const lines = Array.from({ length: count }, (_, i) =>
    createHash('sha512').update(`${i}`).digest('hex').slice(0, digits),
  );
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** Runs the program; wall and CPU seconds, and the summary. */
function timed(args, summary) {
  const started = performance.now();
  const before = process.resourceUsage();
  const child = spawnSync('/usr/bin/env', [process.execPath, bin, ...args, '--summary', summary], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const after = process.resourceUsage();
  if (child.status !== 0) throw new Error(child.stderr);
  return {
    wall: (performance.now() - started) / 1000,
    told: JSON.parse(readFileSync(summary, 'utf8')),
    before,
    after,
  };
}

export async function run({ quick, files = '50000' }) {
  const count = quick ? 5000 : Number(files);
  const dir = mkdtempSync(join(tmpdir(), 'hashsieve-bench-'));
  try {
    const uploads = join(dir, 'uploads');
    for (let i = 0; i < count; i++) {
      const folder = join(uploads, String(i % 100));
      if (i < 100) mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${i}.png`), smallPng(i));
    }
    const rows = {};
    const goals = [];
    const kinds = [
      ['10,000 MD5s', [list(join(dir, 'md5.txt'), 32, 10_000)]],
      [
        '10,000 PDQ hashes, one view',
        [list(join(dir, 'pdq.txt'), 64, 10_000), '--list-algorithm', 'pdq', '--views', 'none'],
      ],
      ['10,000 PDQ hashes, default views', [join(dir, 'pdq.txt'), '--list-algorithm', 'pdq']],
    ];
    for (const [name, [known, ...more]] of kinds) {
      const ledger = join(dir, 'ledger.sqlite');
      rmSync(ledger, { force: true });
      const args = ['scan', uploads, '--list', known, ...more, '--ledger', ledger, '-q'];
      const summary = join(dir, 'summary.json');
      const first = timed(args, summary);
      const size = statSync(ledger).size;
      const second = timed(args, summary);
      const { reused } = second.told.cache;
      if (reused !== count) throw new Error(`${reused} of ${count} files were not read again`);
      // CPU of the children that have ended is only told by the children themselves: see --cpu below.
      rows[name] = {
        'first, files a second': Math.round(count / first.wall),
        'again, files a second': Math.round(count / second.wall),
        'of it scanning': Math.round(count / second.told.seconds),
        'ledger bytes a file': Math.round(size / count),
      };
      goals.push({
        goal: `${name}: a rescan's microseconds a file`,
        measured: (second.wall / count) * 1e6,
        limit: 50,
        unit: 'µs',
      });
    }
    return { title: `Rescan of ${count} unchanged pictures of 64 × 64`, rows, goals };
  } finally {
    rmSync(dir, { recursive: true });
  }
}
