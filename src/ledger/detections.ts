import type { Database } from './database.js';

/** A detection as it was kept: the text of its event. */
export interface KeptDetection {
  readonly id: string;
  /** JSON, without listed hashes. */
  readonly event: string;
}

/** Everything that was ever detected, first seen first; the latest event of each. */
export const allDetections = (database: Database): readonly KeptDetection[] =>
  database.prepare<[], KeptDetection>('SELECT id, event FROM detections ORDER BY first_at, id').all();

/**
 * What one run detected; `latest` is the last run that was begun. Undefined where the ledger knows no such run.
 */
export function detectionsOf(database: Database, scanId: string): readonly KeptDetection[] | undefined {
  const run = database
    .prepare<[{ id: string }], number>(
      `SELECT number FROM runs WHERE id = @id OR @id = 'latest' ORDER BY number DESC LIMIT 1`,
    )
    .pluck()
    .get({ id: scanId }) as number | undefined;
  if (run === undefined) return undefined;
  return database
    .prepare<[number], KeptDetection>(
      `SELECT id, event FROM detections JOIN run_detections ON detection = id
       WHERE run = ? ORDER BY first_at, id`,
    )
    .all(run);
}
