// One upload against ten million entries: wall time and memory of `scan` with a compiled list of 10 M entries against the
// same command with one of 10 entries, page cache warm.
import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileLists } from '../dist/matching/compiled/compile.js';
import { draw } from './pictures.mjs';

const bin = fileURLToPath(new URL('../bin/hashsieve.js', import.meta.url));
const runs = 11;

// Told by the process itself as it ends: VmHWM, because maxRSS would include what this process had when it forked.
const told = `
  import { readFileSync } from 'node:fs';
  process.on('exit', () => {
    const peak = /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1];
    const { user, system } = process.cpuUsage();
    process.stderr.write('\\npeak ' + peak + ' cpu ' + (user + system));
  });`;

function listOf(name, n) {
  const hashes = new Uint8Array(n * 32);
  for (let at = 0; at < hashes.length; at += 1 << 28)
    randomFillSync(hashes, at, Math.min(1 << 28, hashes.length - at));
  const labels = { category: 'test' };
  const column = {
    bits: 256,
    size: n,
    hashes,
    entry: (row) => ({ id: `line-${row}`, ...labels }),
    labels: () => labels,
  };
  return { identity: { name, sha256: '0'.repeat(64), entries: n }, columns: new Map([['pdq', column]]) };
}

function once(args) {
  const started = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(told)}`, ...args],
    {
      encoding: 'utf8',
    },
  );
  const milliseconds = performance.now() - started;
  if (status !== 0) throw new Error(`ended with ${status}: ${stderr}`);
  const [, peak, cpu] = /peak (\d+) cpu (\d+)/.exec(stderr);
  return { milliseconds, megabytes: peak / 1024, cpu: cpu / 1000 };
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

export async function run({ quick }) {
  const directory = mkdtempSync(join(tmpdir(), 'hashsieve-bench-'));
  try {
    const size = quick ? 1_000_000 : 10_000_000;
    await draw(directory, { count: 1, width: 640, height: 480 });
    const picture = join(directory, '0.jpg');
    const small = join(directory, 'small.hsx');
    const large = join(directory, 'large.hsx');
    const options = { tool: 'bench', now: new Date(), exact: new Set() };
    await compileLists([listOf('small', 10)], small, options);
    const started = performance.now();
    const { bytes } = await compileLists([listOf('large', size)], large, options);
    const compiling = (performance.now() - started) / 1000;
    const scan = (list, views) => [
      bin,
      'scan',
      picture,
      '--list',
      list,
      '--views',
      views,
      '-q',
      '--format',
      'jsonl',
    ];
    const commands = {
      'one look, 10 entries': scan(small, 'none'),
      [`one look, ${size} entries`]: scan(large, 'none'),
      'default views, 10 entries': scan(small, 'basic'),
      [`default views, ${size} entries`]: scan(large, 'basic'),
    };
    const measured = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
    for (let at = 0; at <= runs; at++) {
      // The first round warms the page cache.
      for (const [name, args] of Object.entries(commands)) {
        const result = once(args);
        if (at > 0) measured[name].push(result);
      }
    }
    const rows = Object.entries(measured).map(([command, results]) => ({
      command,
      'wall ms (best)': Math.round(Math.min(...results.map((one) => one.milliseconds))),
      'wall ms (median)': Math.round(median(results.map((one) => one.milliseconds))),
      'CPU ms (median)': Math.round(median(results.map((one) => one.cpu))),
      'peak MB': Math.round(Math.max(...results.map((one) => one.megabytes))),
    }));
    const extra = (few, many) => rows[many]['wall ms (median)'] - rows[few]['wall ms (median)'];
    const over = `${size} entries over 10`;
    const goals = [
      { goal: `${over}, one look`, measured: extra(0, 1), limit: 60, unit: 'ms' },
      { goal: `${over}, default views (32 looks)`, measured: extra(2, 3), limit: 60, unit: 'ms' },
      {
        goal: `peak memory with ${size} entries, default views`,
        measured: rows[3]['peak MB'],
        limit: 150,
        unit: 'MB',
      },
    ];
    rows.push({
      command: `compile ${size} (${(bytes / 1e9).toFixed(2)} GB)`,
      'wall ms (best)': Math.round(compiling * 1000),
    });
    return { title: 'One upload against a compiled list: time and memory of the whole command', rows, goals };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
