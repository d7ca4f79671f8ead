import { canonicalAlgorithm, linesOf, replaces } from '../lists/index.js';
import type { Algorithms, ListRow } from '../lists/types.js';
import type { KeptRow } from './types.js';

/** The part of a row that is stored: everything except its position. */
export function keptRow({ line: _line, fallback: _fallback, own: _own, ...row }: ListRow): KeptRow {
  return { ...row, key: row.key ?? '' };
}

/**
 * Writes one row as lines of a JSON-lines list, from which the list reader makes the same row. Keeps hashes of
 * algorithms that hashsieve cannot compute, so that every scan counts them.
 */
export function rowText(row: KeptRow, algorithms: Algorithms): string {
  const { id, category, classification, classificationScheme, supplier, member, added, updated } = row;
  const { votes, note, by, until, listedVideo, listedVideoFrames } = row;
  const labels = {
    id,
    category,
    classification,
    classificationScheme,
    supplier,
    member,
    added,
    updated: updated || undefined,
    upvotes: votes?.up || undefined,
    downvotes: votes?.down || undefined,
    note,
    by,
    until,
    listedVideo,
    listedVideoFrames,
  };
  const lines: Record<string, unknown>[] = [];
  for (const { algorithm = '', hash } of row.hashes) {
    // A fingerprint that the service only links to has no value, and a list reader would pass over an empty one.
    const value = hash === '' ? 'linked' : hash;
    const name = canonicalAlgorithm(algorithm, algorithms);
    if (name === undefined) {
      lines.push({ ...labels, algorithm, hash: value });
      continue;
    }
    let line = lines.find((one) => !(name in one) && !('hash' in one));
    if (!line) {
      line = { ...labels };
      lines.push(line);
    }
    line[name] = value;
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Reads the rows of a file that hashsieve wrote, in its order; none where the file does not exist. */
export async function* readRows(path: string, present = true): AsyncGenerator<KeptRow> {
  if (present) for await (const line of linesOf(path)) yield JSON.parse(line) as KeptRow;
}

/** How many entries of a list came, went and changed. */
export interface Changes {
  /** Entries that are new. */
  came: number;
  /** Entries that are gone. */
  went: number;
  /** Entries whose content changed. */
  changed: number;
}

/**
 * Merges two sorted streams of rows. Of rows with the same key the newer one is kept, and of two equally old the fresh
 * one. Keeps withdrawals, because an older version of the entry may still come.
 */
export async function* mergeRows(
  base: AsyncIterator<KeptRow>,
  fresh: AsyncIterator<KeptRow>,
  changes: Changes,
): AsyncGenerator<KeptRow> {
  try {
    let old = await base.next();
    let now = await fresh.next();
    while (!old.done || !now.done) {
      if (now.done || (!old.done && old.value.key < now.value.key)) {
        yield old.value;
        old = await base.next();
        continue;
      }
      const known = !old.done && old.value.key === now.value.key ? (old.value as KeptRow) : undefined;
      const row: KeptRow = known && !replaces(now.value, known) ? known : now.value;
      count(changes, known, row);
      yield row;
      if (known) old = await base.next();
      now = await fresh.next();
    }
  } finally {
    await base.return?.();
    await fresh.return?.();
  }
}

function count(changes: Changes, before: KeptRow | undefined, after: KeptRow): void {
  const was = before !== undefined && before.deleted !== true;
  const is = after.deleted !== true;
  if (is && !was) changes.came++;
  else if (was && !is) changes.went++;
  else if (was && JSON.stringify(before) !== JSON.stringify(after)) changes.changed++;
}
