// Start-up: `hashsieve --version` and a scan of one small picture against `node -e 0` and against loading the decoder alone,
// in turns, because other work on the machine comes and goes.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { draw } from './pictures.mjs';

const bin = fileURLToPath(new URL('../bin/hashsieve.js', import.meta.url));
const sharp = createRequire(import.meta.url).resolve('sharp');

// Told by the process itself as it ends.
const told = `process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  process.stderr.write('\\ncpu ' + (user + system));
});`;

/** Wall and CPU time of one run, in milliseconds. */
function once(args) {
  const before = performance.now();
  const hook = ['--import', `data:text/javascript,${encodeURIComponent(told)}`];
  const { status, stderr } = spawnSync(process.execPath, [...hook, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return { wall: performance.now() - before, cpu: Number(/cpu (\d+)/.exec(stderr)[1]) / 1000 };
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

export async function run({ quick }) {
  const dir = mkdtempSync(join(tmpdir(), 'hashsieve-bench-'));
  try {
    await draw(dir, { count: 1, width: 320, height: 240 });
    const list = join(dir, 'known.csv');
    const hashes = Array.from({ length: 10 }, (_, k) => createHash('sha256').update(`${k}`).digest('hex'));
    writeFileSync(list, `algorithm,hash\n${hashes.map((hash) => `pdq,${hash}\n`).join('')}`);
    const runs = quick ? 3 : 21;
    const commands = {
      'node -e 0': ['-e', '0'],
      'loading sharp': ['-e', `require(${JSON.stringify(sharp)})`],
      'hashsieve --version': [bin, '--version'],
      'hashsieve scan of one picture of 320×240': [bin, 'scan', join(dir, '0.jpg'), '--list', list],
    };
    const measured = Object.keys(commands).map(() => []);
    for (let round = 0; round < runs; round++)
      for (const [at, args] of Object.values(commands).entries()) measured[at].push(once(args));
    const of = (at, what) => median(measured[at].map((one) => one[what]));
    const rows = Object.keys(commands).map((command, at) => ({
      command,
      'wall ms (best)': Math.round(Math.min(...measured[at].map(({ wall }) => wall))),
      'wall ms (median)': Math.round(of(at, 'wall')),
      'CPU ms (median)': Math.round(of(at, 'cpu')),
      'CPU, of node': Number((of(at, 'cpu') / of(0, 'cpu')).toFixed(2)),
    }));
    const [node, , version, scan] = rows.map((row) => row['wall ms (best)']);
    return {
      title: `Start-up: ${runs} runs of each, in turns`,
      rows,
      goals: [
        { goal: 'hashsieve --version', measured: version / node, limit: 1.5, unit: '× node -e 0' },
        { goal: 'scan of one small picture', measured: scan, limit: 250, unit: 'ms' },
      ],
    };
  } finally {
    rmSync(dir, { recursive: true });
  }
}
