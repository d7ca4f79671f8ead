// What searching bytes that no reader knows costs: GB a second of CPU over bytes with nothing in them, and the share of a picture's time.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { draw } from './pictures.mjs';

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** The least CPU seconds of some rounds. */
async function least(work, rounds = 7) {
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const before = cpu();
    await work();
    times.push(cpu() - before);
  }
  return Math.min(...times);
}

/** GB a second, which the goal asks to be at least 1, and percent of decoding, at most 3. */
export async function run({ quick }) {
  const { carve } = await import('../dist/containers/carve/carve.js');
  const { Budget } = await import('../dist/containers/budget.js');
  const { createOpener, insideDefaults, insideKinds, memoryStore } = await import(
    '../dist/containers/index.js'
  );
  const { decode, defaultDecodeLimits, sniff } = await import('../dist/decoders/index.js');
  const limits = { ...defaultDecodeLimits, ...insideDefaults, maxBytes: 1e9, seconds: 600 };
  const length = quick ? 1 << 24 : 1 << 27;
  const inputs = {
    random: randomBytes(length),
    zeros: Buffer.alloc(length),
    program: readFileSync(process.execPath).subarray(0, length),
  };
  const rows = [];
  const goals = [];
  for (const [name, bytes] of Object.entries(inputs)) {
    const seconds = await least(async () => {
      const span = { from: 0, to: bytes.length };
      for await (const _ of carve(memoryStore(bytes), span, Budget.of(limits, bytes.length)));
    }, 3);
    const speed = bytes.length / 1e9 / seconds;
    rows.push({ what: `${name}, nothing known in it`, 'GB/s': speed.toFixed(2) });
    if (name !== 'program')
      goals.push({ goal: `searching ${name}`, measured: 1 / speed, limit: 1, unit: 'ns a byte' });
  }
  const dir = mkdtempSync(join(tmpdir(), 'hashsieve-bench-'));
  await draw(dir, { count: 1, width: 1920, height: 1280 });
  const picture = readFileSync(join(dir, readdirSync(dir)[0]));
  rmSync(dir, { recursive: true });
  const type = sniff(picture);
  const pixels = await least(async () => {
    const decoded = await decode(picture, type, defaultDecodeLimits);
    for await (const _ of decoded.bitmaps);
  });
  const times = 200;
  const opening = createOpener(insideKinds, limits, () => Promise.reject(new Error('in memory')));
  const inside = await least(async () => {
    for (let n = 0; n < times; n++)
      for await (const _ of opening({ ref: { uri: 'file:///x' }, bytes: picture }, type).contents);
  });
  const share = (100 * inside) / times / pixels;
  goals.push({
    goal: 'looking into an ordinary picture',
    measured: share,
    limit: 3,
    unit: '% of decoding it',
  });
  return { title: 'Bytes that no reader knows', rows, goals };
}
