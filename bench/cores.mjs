// Inline against decoding processes: CPU and wall time, memory, and the main process's share of the work.
//   node bench/cores.mjs [--count 200] [--width 1920] [--height 1280] [--corpus DIR]
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';

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

/** Proportional set size of a process and its children, MB. */
function memory(pid) {
  const pids = [
    pid,
    ...readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean),
  ];
  let sum = 0;
  for (const one of pids) {
    try {
      sum += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))[1]) / 1024;
    } catch {}
  }
  return sum;
}

async function run({ workers, jobs }) {
  const { createScanner, sources } = await import('../dist/index.js');
  const scanner = createScanner({ algorithms: ['pdq', 'phash', 'dhash'], workers, jobs });
  const started = performance.now();
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, memory(process.pid));
  }, 200);
  let count = 0;
  for await (const result of scanner.scan(sources.directory({ path: values.dir }).list())) {
    if (result.outcome === 'failed') throw new Error(result.message);
    count += 1;
  }
  const wall = (performance.now() - started) / 1000;
  const { own } = cpu();
  await scanner.close();
  clearInterval(timer);
  await new Promise((resolve) => setTimeout(resolve, 300));
  process.stdout.write(JSON.stringify({ count, wall, main: own, cpu: own + cpu().children, peak }));
}

function measure(dir, plan) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [import.meta.filename, '--run', JSON.stringify(plan), '--dir', dir],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`ended with ${code}`)),
    );
  });
}

async function draw(dir, count, width, height) {
  for (let i = 0; i < count; i++) {
    const shapes = Array.from({ length: 40 }, (_, k) => {
      const r = (n) => Math.abs(Math.sin(i * 131 + k * 17 + n) * 1e4) % 1;
      return `<ellipse cx="${r(1) * width}" cy="${r(2) * height}" rx="${(r(3) * width) / 5}" ry="${(r(4) * height) / 5}" fill="hsl(${r(5) * 360},70%,${r(6) * 90}%)"/>`;
    }).join('');
    const svg = Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${shapes}</svg>`,
    );
    const noise = await sharp({
      create: {
        width,
        height,
        channels: 3,
        background: '#808080',
        noise: { type: 'gaussian', mean: 128, sigma: 12 },
      },
    })
      .png()
      .toBuffer();
    writeFileSync(
      join(dir, `${i}.jpg`),
      await sharp(noise)
        .composite([{ input: svg, blend: 'soft-light' }])
        .jpeg({ quality: 85 })
        .toBuffer(),
    );
  }
}

if (values.run) await run(JSON.parse(values.run));
else {
  const made = values.corpus ? undefined : mkdtempSync(join(tmpdir(), 'hashsieve-bench-'));
  const dir = values.corpus ?? made;
  try {
    if (made) await draw(made, Number(values.count), Number(values.width), Number(values.height));
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
