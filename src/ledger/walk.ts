import { isDamage } from './damage.js';
import type { Cell, Database, Row, Statement } from './driver.js';

/** How many rows are read at once. */
const atOnce = 256;

/**
 * The rows of a table by their ids, some at a time. It goes on past what cannot be read, and calls `gap` for each place
 * where rows are missing. `select` ends with its FROM clause, and its first column is the id. Raises any error but
 * damage.
 */
export function* walkRows(
  database: Database,
  { select, id, where = 'true' }: { select: string; id: string; where?: string },
  gap: (after: number, before: number | undefined) => void,
): Generator<Row[], void> {
  const page = database.prepare(`${select} WHERE ${id} > ? AND ${where} ORDER BY ${id} LIMIT ?`);
  for (let last = Number.MIN_SAFE_INTEGER; ; ) {
    const rows = attempt(page, last, atOnce) ?? attempt(page, last, 1);
    if (rows?.length === 0) return;
    // Where the ids do not rise, the walk would never end.
    if (rows?.every((row, at) => (row[0] as number) > ((rows[at - 1]?.[0] as number | undefined) ?? last))) {
      yield rows;
      last = rows.at(-1)![0] as number;
      continue;
    }
    const next = afterGap(page, last);
    gap(last, next);
    if (next === undefined) return;
    last = next;
  }
}

function attempt(page: Statement, after: number, limit: number): Row[] | undefined {
  try {
    return page.all(after, limit);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}

/** The smallest id after `last` from which rows can be read again. Undefined where there is none. */
function afterGap(page: Statement, last: number): number | undefined {
  const reads = (id: number) => {
    const rows = attempt(page, id, 1);
    return rows !== undefined && (rows.length === 0 || (rows[0]![0] as number) > id);
  };
  const start = Math.max(last, 0);
  let step = 1;
  while (!reads(start + step)) {
    step *= 2;
    if (step > 2 ** 48) return undefined;
  }
  let [bad, good] = [start + Math.floor(step / 2), start + step];
  while (good - bad > 1) {
    const middle = Math.floor((bad + good) / 2);
    if (reads(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/**
 * The rows of a table without ids, in the order of their key: from the beginning as far as they can be read, and where
 * that does not reach the end, also from the end backwards.
 */
export function* walkKeys(
  database: Database,
  { select, key, same }: { select: string; key: readonly string[]; same: (row: Row) => string },
  gap: () => void,
): Generator<Row[], void> {
  const ordered = (direction: string) =>
    database.prepare(
      `${select} ORDER BY ${key.map((name) => `${name} ${direction}`).join(', ')} LIMIT ? OFFSET ?`,
    );
  const seen = new Set<string>();
  const isWhole = yield* fromOneEnd(ordered('ASC'), (row) => {
    seen.add(same(row));
    return true;
  });
  if (isWhole) return;
  gap();
  yield* fromOneEnd(ordered('DESC'), (row) => !seen.has(same(row)));
}

/** Returns true where it reached the other end. */
function* fromOneEnd(page: Statement, isNew: (row: Row) => boolean): Generator<Row[], boolean> {
  for (let offset = 0, limit = 4096; ; ) {
    const rows = attemptPage(page, limit, offset);
    if (!rows) {
      if (limit === 1) return false;
      limit = Math.floor(limit / 2);
      continue;
    }
    if (rows.length === 0) return true;
    const fresh = rows.filter(isNew);
    if (fresh.length > 0) yield fresh;
    if (fresh.length < rows.length) return true;
    offset += rows.length;
  }
}

function attemptPage(page: Statement, limit: number, offset: number): Row[] | undefined {
  try {
    return page.all(limit as Cell, offset as Cell);
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}
