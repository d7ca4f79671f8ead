// Mutates valid pictures and checks that each ends in exactly one result: npm run bench:fuzz -- --minutes 5 [--seed 1]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { createScanner, sources } from '../dist/index.js';

const options = {
  minutes: { type: 'string', default: '1' },
  seed: { type: 'string', default: `${Date.now() % 1e9}` },
};
const { values } = parseArgs({ options });
let state = Number(values.seed);
const next = (n) => {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return Math.floor(((state >>> 0) / 2 ** 32) * n);
};
const noise = Uint8Array.from({ length: 64 * 48 * 3 }, () => next(256));
const picture = () => sharp(noise, { raw: { width: 64, height: 48, channels: 3 } });
const valid = await Promise.all(
  ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'].map((format) => picture().toFormat(format).toBuffer()),
);

function mutate(bytes) {
  const copy = Buffer.from(bytes);
  for (let i = next(12); i >= 0; i--) {
    const at = next(copy.length);
    if (next(3) === 0) copy.fill([0, 255, next(256)][next(3)], at, Math.min(copy.length, at + next(64)));
    else copy[at] ^= 1 << next(8);
  }
  return next(4) === 0 ? copy.subarray(0, next(copy.length)) : copy;
}

const dir = mkdtempSync(join(tmpdir(), 'hashsieve-fuzz-'));
const scanner = createScanner({
  algorithms: ['pdq', 'phash'],
  views: 'none',
  workers: 2,
  limits: { timeoutSeconds: 10 },
});
const ends = {};
let broken = 0;
try {
  const until = Date.now() + Number(values.minutes) * 60_000;
  while (Date.now() < until) {
    for (let i = 0; i < 200; i++) writeFileSync(join(dir, `${i}`), mutate(valid[next(valid.length)]));
    const seen = new Set();
    for await (const result of scanner.scan(sources.directory({ path: dir }).list())) {
      if (seen.has(result.ref.uri)) broken += 1;
      seen.add(result.ref.uri);
      const end = `${result.outcome} ${result.code ?? result.reason ?? ''}`.trim();
      ends[end] = (ends[end] ?? 0) + 1;
    }
    if (seen.size !== 200) broken += 1;
  }
} finally {
  await scanner.close();
  rmSync(dir, { recursive: true });
}
console.log(`seed ${values.seed}`, ends, broken ? `${broken} BREACHES` : 'one result each');
if (broken) process.exitCode = 1;
