// Start-up: `hashsieve --version` against `node -e 0`, and a scan of one small picture.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { draw } from './pictures.mjs';

const bin = fileURLToPath(new URL('../bin/hashsieve.js', import.meta.url));

/** The fastest of several runs, in milliseconds of wall time. */
function fastest(args, runs) {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < runs; i++) {
    const before = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    best = Math.min(best, performance.now() - before);
  }
  return best;
}

export async function run({ quick }) {
  const dir = mkdtempSync(join(tmpdir(), 'hashsieve-bench-'));
  try {
    await draw(dir, { count: 1, width: 320, height: 240 });
    const list = join(dir, 'known.csv');
    const hashes = Array.from({ length: 10 }, (_, k) => createHash('sha256').update(`${k}`).digest('hex'));
    writeFileSync(list, `algorithm,hash\n${hashes.map((hash) => `pdq,${hash}\n`).join('')}`);
    const runs = quick ? 3 : 15;
    const node = fastest(['-e', '0'], runs);
    const version = fastest([bin, '--version'], runs);
    const scan = fastest([bin, 'scan', join(dir, '0.jpg'), '--list', list], runs);
    const row = (ms) => ({
      'wall ms, best': Number(ms.toFixed(1)),
      'of node': Number((ms / node).toFixed(2)),
    });
    return {
      title: `Start-up: the best of ${runs} runs`,
      rows: {
        'node -e 0': row(node),
        'hashsieve --version': row(version),
        'hashsieve scan of one picture of 320×240': row(scan),
      },
      goals: [
        { goal: 'hashsieve --version', measured: version / node, limit: 1.5, unit: '× node -e 0' },
        { goal: 'scan of one small picture', measured: scan, limit: 250, unit: 'ms' },
      ],
    };
  } finally {
    rmSync(dir, { recursive: true });
  }
}
