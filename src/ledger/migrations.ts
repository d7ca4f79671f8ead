import { printable, UsageError } from '../core/index.js';
import type { Database } from './driver.js';
import { answersOfServices } from './migrate-answers.js';
import { decisionTable } from './migrate-decisions.js';
import { hashesAsBytes } from './migrate-hashes.js';
import { rowsWithSums } from './migrate-sums.js';
import { takedownTable } from './migrate-takedown.js';

/** "HSLG": distinguishes a ledger from any other database. */
export const applicationId = 0x48_53_4c_47;

/**
 * Step N migrates a ledger from version N to N + 1. Never change a step that was released: a change of the schema is a
 * further step.
 */
export const migrations: readonly (string | ((database: Database) => void))[] = [
  `
  CREATE TABLE runs (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    command TEXT NOT NULL,
    plan TEXT NOT NULL,              -- SHA-256 of everything that decides the results
    tool TEXT NOT NULL,              -- version of hashsieve
    lists TEXT NOT NULL,             -- JSON: identities of the lists
    started_at INTEGER NOT NULL,     -- milliseconds since 1970, as all times here
    ended_at INTEGER,
    state TEXT NOT NULL CHECK (state IN ('open', 'complete', 'given-up')),
    clean INTEGER NOT NULL DEFAULT 0, -- 1: everything that was found got an answer
    attempts INTEGER NOT NULL DEFAULT 1,
    summary TEXT                     -- JSON
  ) STRICT;
  CREATE INDEX runs_plan ON runs (plan);

  CREATE TABLE assets (
    id INTEGER PRIMARY KEY,
    ref TEXT NOT NULL,               -- URI, or JSON [uri, member, frame]
    current INTEGER NOT NULL,        -- 0: other bytes have taken its place since
    version TEXT,                    -- as the fetcher told it; null: must be read again
    sha256 BLOB,                     -- null: its bytes could never be had
    tool TEXT NOT NULL,
    look TEXT NOT NULL,              -- how its pixels were looked at
    recipes TEXT NOT NULL,           -- JSON: recipe by algorithm of pixels
    body TEXT NOT NULL,              -- JSON: facts, fingerprints, withheld, unread
    first_at INTEGER NOT NULL,
    made_at INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX assets_ref ON assets (ref) WHERE current = 1;
  CREATE INDEX assets_sha256 ON assets (sha256);

  CREATE TABLE results (             -- the latest of every asset
    asset INTEGER PRIMARY KEY REFERENCES assets (id),
    run INTEGER NOT NULL REFERENCES runs (number),
    attempt INTEGER NOT NULL,
    seq INTEGER NOT NULL,            -- order within the run
    at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    stage TEXT,
    code TEXT,
    message TEXT
  ) STRICT;

  CREATE TABLE detections (
    id TEXT PRIMARY KEY,             -- id of the event
    event TEXT NOT NULL,             -- JSON, the latest, without listed hashes
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE run_detections (
    run INTEGER NOT NULL REFERENCES runs (number),
    detection TEXT NOT NULL REFERENCES detections (id),
    PRIMARY KEY (run, detection)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE drafts (
    id INTEGER PRIMARY KEY,
    authority TEXT NOT NULL,
    directory TEXT NOT NULL,         -- absolute, as it was written
    manifest TEXT NOT NULL,          -- SHA-256 of manifest.json, hex: the draft, wherever it lies
    group_key TEXT NOT NULL,         -- what its events have in common: user:… or host:…
    at INTEGER NOT NULL,
    UNIQUE (directory, manifest)
  ) STRICT;
  CREATE INDEX drafts_authority ON drafts (authority);

  CREATE TABLE draft_events (
    event TEXT NOT NULL,             -- id; its detection need not be in this ledger
    draft INTEGER NOT NULL REFERENCES drafts (id),
    PRIMARY KEY (draft, event)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE submissions (         -- only ever added to
    id INTEGER PRIMARY KEY,
    manifest TEXT NOT NULL,          -- the draft
    directory TEXT NOT NULL,         -- where it lay
    record TEXT NOT NULL             -- JSON: a request, or an answer; never credentials
  ) STRICT;
  CREATE INDEX submissions_manifest ON submissions (manifest);
  `,
  `
  CREATE TABLE outbox (              -- what somebody is to be told
    detection TEXT NOT NULL REFERENCES detections (id),
    target TEXT NOT NULL,            -- its name in the configuration
    created_at INTEGER NOT NULL,
    message TEXT,                    -- id of the notice that carries it, kept over all tries
    delivered_at INTEGER,
    PRIMARY KEY (detection, target)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX outbox_waiting ON outbox (target) WHERE delivered_at IS NULL;
  `,
  hashesAsBytes,
  // Earlier versions kept the latest event of each detection, whichever run wrote it, and no time of the run's own.
  `
  CREATE TABLE events (              -- what runs said of detections, once for all that say the same
    id INTEGER PRIMARY KEY,
    detection TEXT NOT NULL REFERENCES detections (id),
    evidence BLOB NOT NULL,          -- SHA-256: see Detections; empty: not known
    event TEXT NOT NULL,             -- JSON, of the first run that said so, without listed hashes
    last_at INTEGER NOT NULL,
    UNIQUE (detection, evidence)
  ) STRICT;
  CREATE TABLE run_events (
    run INTEGER NOT NULL REFERENCES runs (number),
    event INTEGER NOT NULL REFERENCES events (id),
    at INTEGER,                      -- when the run detected it; null: the event is not the run's own
    PRIMARY KEY (run, event)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO events (detection, evidence, event, last_at) SELECT id, x'', event, last_at FROM detections;
  INSERT INTO run_events (run, event)
    SELECT run, events.id FROM run_detections JOIN events ON events.detection = run_detections.detection;
  DROP TABLE run_detections;
  ALTER TABLE detections DROP COLUMN event;
  `,
  `
  CREATE TABLE outbox_partly (       -- notices that went out, but did not reach every recipient of the target
    message TEXT PRIMARY KEY,
    target TEXT NOT NULL,
    reached TEXT NOT NULL            -- JSON: the recipients that have it
  ) STRICT, WITHOUT ROWID;
  `,
  rowsWithSums,
  // These rows have no checksum: a row outlives its process only where that was killed, and then counts for nothing.
  `
  CREATE TABLE leases (              -- what one process at a time has
    name TEXT PRIMARY KEY,
    token TEXT NOT NULL,             -- whose it is
    host TEXT NOT NULL,              -- where that process runs, as in src/files/processes.ts
    boot TEXT NOT NULL,
    container TEXT NOT NULL,
    pid INTEGER NOT NULL,
    started TEXT,                    -- when, in ticks; null: the system does not tell
    since INTEGER NOT NULL,
    beat INTEGER NOT NULL,           -- when the process last said that it is there
    expires INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  answersOfServices,
  takedownTable,
  decisionTable,
];

/** The version that this program writes. */
export const currentVersion = migrations.length;

/**
 * Migrates a ledger to version `target`, wholly or not at all. Raises UsageError where the file is no ledger or a later
 * version wrote it.
 */
export function migrate(database: Database, path: string, target = migrations.length): void {
  const version = database.value('PRAGMA user_version') as number;
  const id = database.value('PRAGMA application_id') as number;
  const tables = database.value('SELECT count(*) FROM sqlite_schema') as number;
  if (id !== applicationId && (tables > 0 || version > 0))
    throw new UsageError(`${printable(path)} is a database, but no ledger of hashsieve; name another file`);
  if (version > migrations.length)
    throw new UsageError(
      `ledger ${printable(path)} was written by a later hashsieve (its version is ${version}, this one knows ${migrations.length}); update hashsieve`,
    );
  if (version >= target) return;
  database.transact(() => {
    for (const step of migrations.slice(version, target))
      if (typeof step === 'string') database.exec(step);
      else step(database);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${target}`);
  });
}
