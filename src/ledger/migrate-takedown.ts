/** The records of take-down cases: rows are only ever added. */
export const takedownTable = `
  CREATE TABLE takedown_records (
    id INTEGER PRIMARY KEY,
    case_id TEXT NOT NULL,           -- the operator's own number
    at INTEGER NOT NULL,             -- milliseconds since 1970
    record TEXT NOT NULL,            -- JSON, as in src/takedown/types.ts
    sum INTEGER
  ) STRICT;
  CREATE INDEX takedown_records_case ON takedown_records (case_id);
`;
