// Memory: the greatest resident set of a scan of few and of many assets; it must not grow with their number.
import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { draw } from './pictures.mjs';

if (process.argv[2] === '--run') {
  const { createScanner, sources } = await import('../dist/index.js');
  const scanner = createScanner({ algorithms: ['pdq', 'phash', 'dhash'] });
  const started = performance.now();
  let assets = 0;
  for await (const result of scanner.scan(sources.directory({ path: process.argv[3] }).list())) {
    if (result.outcome === 'failed') throw new Error(result.message);
    assets += 1;
  }
  await scanner.close();
  const { user, system } = process.cpuUsage();
  // The peak of this process alone: maxRSS would include what its parent had when it forked.
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(
    JSON.stringify({
      assets,
      mb: peak / 1024,
      perSecond: assets / seconds,
      cpu: (user + system) / 1000 / assets,
    }),
  );
}

export async function run({ quick }) {
  const dir = mkdtempSync(join(tmpdir(), 'hashsieve-bench-'));
  try {
    const drawn = join(dir, 'drawn');
    mkdirSync(drawn);
    await draw(drawn, { count: 10, width: 320, height: 240 });
    const rows = {};
    const peaks = [];
    for (const count of quick ? [100, 2000] : [1000, 20000]) {
      const folder = join(dir, `${count}`);
      mkdirSync(folder);
      for (let i = 0; i < count; i++) linkSync(join(drawn, `${i % 10}.jpg`), join(folder, `${i}.jpg`));
      const child = spawnSync(process.execPath, [import.meta.filename, '--run', folder], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const { assets, mb, perSecond, cpu } = JSON.parse(child.stdout);
      peaks.push(mb);
      rows[`${assets} assets of 320×240`] = {
        'peak MB': Math.round(mb),
        'assets a second': Math.round(perSecond),
        'CPU ms an asset': Number(cpu.toFixed(2)),
      };
    }
    const growth = peaks[1] / peaks[0];
    return {
      title: 'Memory and throughput of a scan in one process (pdq, phash, dhash)',
      rows,
      goals: [{ goal: 'memory stays flat', measured: growth, limit: 1.15, unit: '× of few assets' }],
    };
  } finally {
    rmSync(dir, { recursive: true });
  }
}
