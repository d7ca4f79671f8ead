// Uses the library as a server does, without a terminal: scans bytes, puts another list in the place of the first, scans again,
// and notes what it found. Started by embed.test.ts with a folder of two listed pictures.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { count, createScanner, emptySummary, loadList, openLedgerFile } from 'hashsieve';

const [dir] = process.argv.slice(2);
const listOf = async (name) => (await loadList({ path: join(dir, name) })).list;
const uploads = await Promise.all(
  ['a.png', 'b.png'].map(async (name) => ({ name, bytes: await readFile(join(dir, name)) })),
);
const scanner = createScanner({ lists: [await listOf('first.csv')], algorithms: ['pdq'] });
const ledger = await openLedgerFile(join(dir, 'ledger.sqlite'));
const outcomes = [];
for (const next of [undefined, 'second.csv']) {
  if (next) scanner.useLists({ lists: [await listOf(next)] });
  const notes = ledger.begin(scanner, 'uploads');
  const summary = emptySummary();
  for (const { name, bytes } of uploads)
    for await (const result of scanner.scanBytes(bytes, { name })) {
      count(summary, result);
      notes.settle(result);
      outcomes.push(`${result.ref.uri} ${result.outcome}`);
    }
  notes.end(summary);
}
process.send({ outcomes, detected: ledger.detections().map(({ uri, lists }) => `${uri} ${lists[0].name}`) });
ledger.close();
await scanner.close();
process.disconnect();
