import type { Cell, Database } from './driver.js';
import type { Table } from './table.js';
import { tables } from './tables.js';

/**
 * Version 8: every row gets a checksum, so that the program recognises a row that a disk or a person changed. The rows
 * that are there get theirs as they are. The index of digests goes: no query uses it.
 */
export function rowsWithSums(database: Database): void {
  database.exec(`
    DROP INDEX assets_sha256;
    CREATE TABLE lost (                -- what "ledger repair" could not save
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,              -- a table
      rows INTEGER NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;
  `);
  for (const table of Object.values(tables) as unknown as readonly Table[]) {
    if (table.about.since !== undefined) continue; // a later version brings it
    database.exec(`ALTER TABLE ${table.name} ADD COLUMN sum INTEGER`);
    sealRows(database, table);
  }
}

/** Writes the checksum of every row, whatever the row holds. */
export function sealRows(database: Database, table: Table): void {
  const { list, cells } = table.bare();
  const key = table.about.key;
  const update = database.prepare(
    `UPDATE ${table.name} SET sum = ? WHERE ${key.map((name) => `${name} = ?`).join(' AND ')}`,
  );
  const page = database.prepare(
    `SELECT ${list} FROM ${table.name} ORDER BY ${key.join(', ')} LIMIT ? OFFSET ?`,
  );
  for (let offset = 0; ; offset += 4096) {
    const rows = page.all(4096, offset);
    for (const row of rows) {
      const values = cells(row);
      update.run(table.seal(values), ...key.map((name) => values[name] as Cell));
    }
    if (rows.length < 4096) return;
  }
}
