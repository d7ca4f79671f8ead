// Inline against decoding processes: CPU and wall time, memory, and the main process's share of the work.
//   node bench/cores.mjs [--count 200] [--width 1920] [--height 1280] [--corpus DIR]
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { draw } from './pictures.mjs';
import { treeMemory } from './process-tree.mjs';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '200' },
    width: { type: 'string', default: '1920' },
    height: { type: 'string', default: '1280' },
    corpus: { type: 'string' },
    run: { type: 'string' },
    dir: { type: 'string' },
  },
});

/** Seconds of CPU: own, and of children that have ended. */
function cpu() {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .map(Number);
  return { own: (fields[11] + fields[12]) / 100, children: (fields[13] + fields[14]) / 100 };
}

async function run({ workers, jobs }) {
  const { createScanner, sources } = await import('../dist/index.js');
  const scanner = createScanner({ algorithms: ['pdq', 'phash', 'dhash'], views: 'none', workers, jobs });
  const started = performance.now();
  let count = 0;
  // What starting costs is not the assets': the main process is counted from its tenth result on.
  let begun = 0;
  for await (const result of scanner.scan(sources.directory({ path: values.dir }).list())) {
    if (result.outcome === 'failed') throw new Error(result.message);
    count += 1;
    if (count === 10) begun = cpu().own;
  }
  const wall = (performance.now() - started) / 1000;
  const { own } = cpu();
  await scanner.close();
  await new Promise((resolve) => setTimeout(resolve, 300));
  process.stdout.write(
    JSON.stringify({ count, wall, main: ((own - begun) * count) / (count - 10), cpu: own + cpu().children }),
  );
}

function measure(dir, plan) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [import.meta.filename, '--run', JSON.stringify(plan), '--dir', dir],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    // Sampled from here: it would count as work of the main process there.
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, treeMemory(child.pid));
    }, 250);
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.on('close', (code) => {
      clearInterval(timer);
      if (code === 0) resolve({ ...JSON.parse(text), peak });
      else reject(new Error(`ended with ${code}`));
    });
  });
}

if (values.run) await run(JSON.parse(values.run));
else {
  const made = values.corpus ? undefined : mkdtempSync(join(tmpdir(), 'hashsieve-bench-'));
  const dir = values.corpus ?? made;
  try {
    if (made) {
      const [count, width, height] = [values.count, values.width, values.height].map(Number);
      await draw(made, { count, width, height });
    }
    const cores = availableParallelism();
    const plans = [
      { name: 'inline', workers: 0 },
      { name: `${cores} processes, jobs ${cores + 2}`, workers: cores, jobs: cores + 2 },
      { name: `${cores} processes, jobs ${cores}`, workers: cores, jobs: cores },
      { name: `${cores} processes, jobs ${2 * cores + 2}`, workers: cores, jobs: 2 * cores + 2 },
    ];
    console.log(`${readdirSync(dir).length} files, ${cores} cores`);
    for (let round = 0; round < 2; round++)
      for (const { name, ...plan } of plans) {
        const { count, wall, main, cpu, peak } = await measure(dir, plan);
        const ms = (seconds) => ((seconds / count) * 1000).toFixed(1).padStart(7);
        console.log(
          `${name.padEnd(24)} wall ${ms(wall)} ms, CPU ${ms(cpu)} ms, of it main ${ms(main)} ms an asset; peak ${peak.toFixed(0)} MB`,
        );
      }
  } finally {
    if (made) rmSync(made, { recursive: true });
  }
}
