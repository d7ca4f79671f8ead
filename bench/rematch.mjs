// Rematch: everything that was ever scanned, against a new list; no picture is touched.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { version } from '../dist/files/version.js';
import { Ledger } from '../dist/ledger/index.js';
import { draw } from './pictures.mjs';
import { listOf, timed } from './rescan.mjs';

/** A ledger of `count` assets with their digests and one PDQ hash each. */
async function fill(path, count) {
  const ledger = await Ledger.open(path);
  const run = ledger.begin({ command: 'scan', key: 'bench', tool: version, lists: [] }, Date.now());
  const settings = { recipes: { pdq: 'pdq-full/1' }, look: 'bench', tool: version };
  const hex = (bytes) => randomBytes(bytes).toString('hex');
  const facts = { mediaType: 'image/jpeg', size: 100_000, width: 800, height: 600, frames: 1 };
  for (let i = 0; i < count; i++) {
    const ref = { uri: `file:///srv/uploads/${i % 1000}/${i}.jpg` };
    const fingerprints = [
      { algorithm: 'md5', hex: hex(16), recipe: 'md5/1' },
      { algorithm: 'sha1', hex: hex(20), recipe: 'sha1/1' },
      { algorithm: 'sha256', hex: hex(32), recipe: 'sha256/1' },
      { algorithm: 'pdq', hex: hex(32), recipe: 'pdq-full/1', quality: 100, view: 'upright' },
    ];
    const asset = { ref, version: `${i}`, facts, fingerprints, withheld: [] };
    const result = { outcome: 'clear', ref, facts, fingerprints, withheld: [] };
    run.settle({ ref, result, at: i, tool: version, entry: { state: 'computed', ...settings, asset } });
  }
  run.flush();
  ledger.close();
}

export async function run({ quick }) {
  const count = quick ? 100_000 : 1_000_000;
  const dir = mkdtempSync(join(tmpdir(), 'hashsieve-bench-'));
  try {
    const path = join(dir, 'ledger.sqlite');
    await fill(path, count);
    const size = statSync(path).size;
    const list = listOf(join(dir, 'pdq.csv'), 'pdq', 64, count);
    const compiled = join(dir, 'pdq.hsx');
    timed(['list', 'compile', list, '-o', compiled], dir);
    const rows = {};
    const goals = [];
    for (const [name, file] of Object.entries({ 'CSV list': list, 'compiled list': compiled })) {
      const { wall, cpu } = timed(['rematch', '--list', file, '--ledger', path, '-q', '--no-fail'], dir);
      rows[`${count} PDQ hashes against a ${name} of ${count}`] = {
        seconds: Number(wall.toFixed(1)),
        'CPU seconds': Number(cpu.toFixed(1)),
        'µs a fingerprint': Number(((wall / count) * 1e6).toFixed(1)),
        'ledger bytes/asset': Math.round(size / count),
      };
      goals.push({ goal: `rematch, ${name}`, measured: wall, limit: (60 * count) / 1e6, unit: 's' });
    }
    // One reported picture against all of it: what somebody waits for who got a request an hour ago.
    await draw(dir, { count: 1, width: 800, height: 600 });
    const own = ['--own-list', join(dir, 'own.jsonl'), '--ledger', path];
    const { wall, cpu } = timed(['takedown', 'add', join(dir, '0.jpg'), '--case', '1', ...own], dir);
    rows[`takedown add, ${count} files`] = {
      seconds: Number(wall.toFixed(1)),
      'CPU seconds': Number(cpu.toFixed(1)),
    };
    goals.push({ goal: 'takedown add', measured: wall, limit: (60 * count) / 1e6, unit: 's' });
    return { title: 'Rematch: stored fingerprints against a new list', rows, goals };
  } finally {
    rmSync(dir, { recursive: true });
  }
}
