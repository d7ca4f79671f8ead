/** The version with the table of what people decided. */
export const decisionTable = `
  CREATE TABLE decisions (           -- what people decided; only ever added to
    id INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,           -- id of an event, or address of a file that could not be read
    record TEXT NOT NULL,            -- JSON: a decision or an acknowledgement
    previous BLOB NOT NULL,          -- mac of the row before; empty for the first
    mac BLOB NOT NULL,               -- HMAC-SHA256 with the key of the file decisions.key
    sum INTEGER
  ) STRICT;
  CREATE TRIGGER decisions_stay BEFORE UPDATE ON decisions
    BEGIN SELECT RAISE(ABORT, 'decisions are only ever added to'); END;
  CREATE TRIGGER decisions_remain BEFORE DELETE ON decisions
    BEGIN SELECT RAISE(ABORT, 'decisions are only ever added to'); END;
`;
