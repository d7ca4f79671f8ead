import type { DetectionEvent } from '../core/types.js';
import { readOperator } from '../reports/context/index.js';
import { publicUrl } from '../reports/index.js';
import { copyIn, type TakedownCase } from '../takedown/index.js';
import type { Copy } from '../takedown/types.js';
import { exists } from './list-file.js';
import { idOf } from './list-remove.js';
import { changeOwnList } from './own-list.js';
import { type OwnListOptions, ownListFile } from './own-list-place.js';
import { type RematchOptions, rematch } from './rematch.js';
import type { RunReport } from './scan.js';
import type { Around } from './surroundings.js';
import { note, withLedger } from './takedown-store.js';

/** How the ledger is searched for copies. */
export type SearchOptions = Omit<RematchOptions, 'list' | 'output' | 'format' | 'all'> & OwnListOptions;

/**
 * Puts the looks of a case on the operator's own list; the lines that it has there are replaced, so that this can be
 * done again after a crash. Returns the path of the list. Raises UsageError as `changeOwnList` does.
 */
export async function listLooks(one: TakedownCase, options: OwnListOptions, around: Around): Promise<string> {
  const path = ownListFile(options, around);
  const about = {
    ...{ category: one.category, added: one.received, by: one.openedBy, note: `takedown case ${one.id}` },
  };
  const entries = one.entries.flatMap(({ id, looks }) =>
    looks.map((look) => `${JSON.stringify({ id, ...about, ...look })}\n`),
  );
  await replaceLines(path, new Set(one.entries.map(({ id }) => id)), entries);
  return path;
}

/** Takes the looks of a case off the own list. Returns the number of lines that were there. */
export async function unlistLooks(
  one: TakedownCase,
  options: OwnListOptions,
  around: Around,
): Promise<number> {
  const path = ownListFile(options, around);
  if (!(await exists(path))) return 0;
  return await replaceLines(path, new Set(one.entries.map(({ id }) => id)), []);
}

async function replaceLines(
  path: string,
  ids: ReadonlySet<string>,
  entries: readonly string[],
): Promise<number> {
  let removed = 0;
  await changeOwnList(path, async (lines, out) => {
    for await (const line of lines) {
      if (ids.has(idOf(line) ?? '')) removed += 1;
      else await out(`${line}\n`);
    }
    for (const entry of entries) await out(entry);
  });
  return removed;
}

/**
 * Compares everything that the ledger knows with the looks of a case, which are on the own list, and notes the copies in
 * the case. The matches become detections of the run, so that `block` and `report` can take them from there. Raises
 * UsageError as `rematch` does.
 */
export async function searchCopies(
  one: TakedownCase,
  options: SearchOptions,
  around: Around,
): Promise<RunReport> {
  const ids = new Set(one.entries.map(({ id }) => id));
  const urlOf = await publicAddresses(around);
  const copies: Copy[] = [];
  const keep = (event: DetectionEvent) => {
    const copy = copyIn(event, ids, urlOf(event));
    if (copy) copies.push(copy);
  };
  const { stream: _, ...silent } = around;
  const report = await rematch({ ...options, list: [ownListFile(options, around)], wait: true }, silent, {
    onlyEntries: ids,
    onRecord: (record) => (record.outcome === 'matched' ? keep(record) : undefined),
  });
  const { scanId, summary, why } = report;
  await withLedger(options, around, (ledger) =>
    note(ledger, one.id, {
      ...{ kind: 'searched', scanId, looked: summary.found, complete: why.length === 0 },
      copies,
    }),
  );
  return report;
}

/** Tells where the public gets an asset, as far as the configuration's `operator` says so. Raises UsageError. */
export async function publicAddresses({
  config,
}: Around): Promise<(event: DetectionEvent) => string | undefined> {
  const { operator } = config.blocks;
  const known = operator === undefined ? undefined : await readOperator(operator, 'the configuration');
  return (event) => publicUrl(event, undefined, known?.publicAddresses);
}
