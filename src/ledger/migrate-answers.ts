/** The table of what matching services answered. */
export const answersOfServices = `
  CREATE TABLE answers (
    service TEXT NOT NULL,           -- identity of the service and its settings
    asked TEXT NOT NULL,             -- hex digest of all hashes that were asked about together
    hits TEXT NOT NULL,              -- JSON; an empty list: nothing matched
    at INTEGER NOT NULL,
    sum INTEGER NOT NULL,
    PRIMARY KEY (service, asked)
  ) STRICT, WITHOUT ROWID;
`;
