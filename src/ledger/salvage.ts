import { type DamageLog, isDamage } from './damage.js';
import type { Cell, Row, Statement } from './driver.js';

/**
 * Rows for many keys at once, of a statement that takes them as a JSON array and whose first column is the place of the
 * key. Where damage keeps that from being answered, each key by itself: `lost` is told of those that cannot be.
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

/** What `read` makes of each row; those that raise damage are noted, in the words of `what`, and left out. */
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
