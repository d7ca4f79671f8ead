import { type DamageLog, isDamage } from './damage.js';
import type { Cell, Row, Statement } from './driver.js';

/**
 * The rows for many keys, asked for at once. The statement takes the keys as a JSON array, and its first column is the
 * index of the key. Where damage makes that query fail, this asks for each key by itself, and calls `lost` for each
 * that fails.
 */
export function rowsFor(
  statement: Statement,
  keys: readonly string[],
  rest: readonly Cell[],
  lost: (at: number) => void,
): readonly Row[] {
  try {
    return statement.all(JSON.stringify(keys), ...rest);
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  return keys.flatMap((key, at): Row[] => {
    try {
      return statement.all(JSON.stringify([key]), ...rest).map((row) => [at, ...row.slice(1)]);
    } catch (error) {
      if (!isDamage(error)) throw error;
      lost(at);
      return [];
    }
  });
}

/** What `read` makes of each row. A row for which it raises damage is noted under the name `what`, and left out. */
export function readRows<T>(
  rows: readonly Row[],
  read: (row: Row) => T,
  damage: DamageLog,
  what: (row: Row) => string,
): T[] {
  return rows.flatMap((row) => {
    const value = damage.attempt(
      () => what(row),
      () => [read(row)],
    );
    return value ?? [];
  });
}
