// npm run bench [-- SECTION… --corpus DIR --files N --gb N --quick]: measures, prints tables with ratios and goals, writes JSON to bench/out/.
// Figures are CPU time where they can be, ratios within one run; a busy machine shows in the slowest, not in the best.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** Every section: a module whose `run(options)` gives `{ title, rows, goals }`. */
const sections = {
  fingerprints: () => import('./fingerprints.mjs'),
  views: () => import('./views.mjs'),
  'start-up': () => import('./start-up.mjs'),
  memory: () => import('./memory.mjs'),
  index: () => import('./hash-index.mjs'),
  'one-shot': () => import('./one-shot.mjs'),
  rescan: () => import('./rescan.mjs'),
  rematch: () => import('./rematch.mjs'),
  lists: () => import('./lists.mjs'),
  carve: () => import('./carve.mjs'),
  serve: () => import('./serve.mjs'),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    corpus: { type: 'string' },
    files: { type: 'string' },
    gb: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});
const unknown = positionals.find((name) => !(name in sections));
if (unknown !== undefined) {
  console.error(`no section ${unknown}: choose of ${Object.keys(sections).join(', ')}`);
  process.exit(2);
}

const results = {};
for (const name of positionals.length > 0 ? positionals : Object.keys(sections)) {
  const { run } = await sections[name]();
  const result = await run(values);
  results[name] = result;
  console.log(`\n${result.title}`);
  console.table(result.rows);
  for (const { goal, measured, limit, unit } of result.goals) {
    console.log(
      `${measured <= limit ? 'met   ' : 'MISSED'}  ${goal}: ${measured.toPrecision(3)} of ${limit} ${unit}`,
    );
  }
}

const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, memory: totalmem() };
const out = new URL('./out/', import.meta.url);
mkdirSync(out, { recursive: true });
const path = new URL(`bench-${new Date().toISOString().replaceAll(':', '-')}.json`, out);
writeFileSync(path, `${JSON.stringify({ machine, results }, null, 2)}\n`);
console.log(`\nwritten to ${fileURLToPath(path)}`);
