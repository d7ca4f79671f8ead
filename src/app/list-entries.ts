import type { HashColumn, HashList, KnownHashes } from '../core/index.js';

/** The lists in memory with only the entries of these ids; a list that has none of them is left out. */
export function onlyThese(lists: readonly KnownHashes[], ids: ReadonlySet<string>): readonly HashList[] {
  return lists.flatMap((list) => {
    if (!('identity' in list)) return [];
    const columns = [...list.columns].flatMap(([name, column]) => {
      const some = onlyRows(column, ids);
      return some.size > 0 ? [[name, some] as const] : [];
    });
    return columns.length > 0 ? [{ ...list, columns: new Map(columns) }] : [];
  });
}

function onlyRows(column: HashColumn, ids: ReadonlySet<string>): HashColumn {
  const rows: number[] = [];
  for (let row = 0; row < column.size; row++) if (ids.has(column.entry(row).id)) rows.push(row);
  const width = column.bits / 8;
  const hashes = new Uint8Array(rows.length * width);
  for (const [at, row] of rows.entries())
    hashes.set(column.hashes.subarray(row * width, (row + 1) * width), at * width);
  return {
    ...{ bits: column.bits, size: rows.length, hashes },
    entry: (row) => column.entry(rows[row]!),
    labels: (row) => column.labels(rows[row]!),
  };
}
