import { createHash } from 'node:crypto';
import { matchCountOf, mergedEvent } from '../core/event.js';
import type { DetectionEvent, ListIdentity, Match } from '../core/types.js';
import type { Database } from './database.js';

/**
 * What runs detected. Each run's own event can be told again, but what many runs say alike is kept once: a scan every
 * night that finds the same adds a few bytes for each detection.
 */
export class Detections {
  readonly #insert;
  readonly #insertEvent;
  readonly #insertRun;
  readonly #all;
  readonly #some;

  constructor(private readonly database: Database) {
    this.#insert = database.prepare(
      `INSERT INTO detections (id, first_at, last_at) VALUES (@id, @at, @at)
       ON CONFLICT (id) DO UPDATE SET last_at = excluded.last_at`,
    );
    this.#insertEvent = database
      .prepare(
        `INSERT INTO events (detection, evidence, event, last_at) VALUES (@id, @evidence, @event, @at)
         ON CONFLICT (detection, evidence) DO UPDATE SET last_at = excluded.last_at RETURNING id`,
      )
      .pluck();
    this.#insertRun = database.prepare(
      'INSERT INTO run_events (run, event, at) VALUES (?, ?, ?) ON CONFLICT (run, event) DO NOTHING',
    );
    const select = `SELECT detections.id, event, first_at AS firstAt FROM detections
      JOIN events ON events.detection = detections.id`;
    const order = 'ORDER BY first_at, detections.id, events.last_at, events.id';
    this.#all = database.prepare<[], KeptEvent>(`${select} ${order}`);
    this.#some = database.prepare<[string], KeptEvent>(
      `${select} WHERE detections.id IN (SELECT value FROM json_each(?)) ${order}`,
    );
  }

  /** Within a transaction. @param run its number. */
  record(run: number, event: DetectionEvent): void {
    const { id } = event;
    const at = Date.parse(event.detectedAt);
    this.#insert.run({ id, at });
    const bare = withoutListedHashes(event);
    const kept = this.#insertEvent.get({
      id,
      evidence: evidenceOf(bare),
      event: JSON.stringify(bare),
      at,
    });
    this.#insertRun.run(run, kept, at);
  }

  /** Everything that was ever detected, first seen first: one event each, of all that any run found. */
  all(): readonly DetectionEvent[] {
    return grouped(this.#all.all());
  }

  /** The same of some, by their ids. */
  some(ids: readonly string[]): readonly DetectionEvent[] {
    return grouped(this.#some.all(JSON.stringify(ids)));
  }

  /** Ids of what a run detected, first seen first. @param run its number. */
  idsOf(run: number): string[] {
    return this.database
      .prepare<[number], string>(
        `SELECT DISTINCT detections.id FROM run_events JOIN events ON events.id = run_events.event
         JOIN detections ON detections.id = events.detection WHERE run = ? ORDER BY first_at, detections.id`,
      )
      .pluck()
      .all(run) as string[];
  }

  /**
   * What one run detected, by its own lists and in its own words; `latest` is the last run that was begun. Undefined
   * where the ledger knows no such run.
   */
  of(scanId: string): readonly DetectionEvent[] | undefined {
    const { database } = this;
    const run = database
      .prepare<[{ id: string }], RunRow>(
        `SELECT number, id, tool, lists FROM runs WHERE id = @id OR @id = 'latest' ORDER BY number DESC LIMIT 1`,
      )
      .get({ id: scanId });
    if (!run) return undefined;
    const lists = JSON.parse(run.lists) as readonly ListIdentity[];
    const rows = database
      .prepare<[number], KeptEvent & { readonly at: number | null }>(
        `SELECT detections.id, events.event, first_at AS firstAt, at FROM run_events
         JOIN events ON events.id = run_events.event JOIN detections ON detections.id = events.detection
         WHERE run = ? ORDER BY first_at, detections.id, at`,
      )
      .all(run.number);
    const saidBy = ({ event: text, at }: (typeof rows)[number]): DetectionEvent => {
      const event = JSON.parse(text) as DetectionEvent;
      if (at === null) return event; // of a version that kept one event for all runs
      return {
        ...event,
        scanId: run.id,
        detectedAt: new Date(at).toISOString(),
        tool: { ...event.tool, version: run.tool },
        lists: event.lists.map((list) => lists.find(({ name }) => name === list.name) ?? list),
      };
    };
    return byDetection(rows).map((same) => mergedEvent(same.map(saidBy)));
  }
}

interface KeptEvent {
  readonly id: string;
  /** JSON, without listed hashes. */
  readonly event: string;
  readonly firstAt: number;
}

interface RunRow {
  readonly number: number;
  readonly id: string;
  readonly tool: string;
  readonly lists: string;
}

const grouped = (rows: readonly KeptEvent[]): readonly DetectionEvent[] =>
  byDetection(rows).map((same) => ({
    ...mergedEvent(same.map(({ event }) => JSON.parse(event) as DetectionEvent)),
    // Versions that kept one event for all runs kept the latest.
    detectedAt: new Date(same[0]!.firstAt).toISOString(),
  }));

/** Rows of one detection stand side by side. */
function byDetection<Row extends KeptEvent>(rows: readonly Row[]): Row[][] {
  const groups: Row[][] = [];
  for (const row of rows)
    if (groups.at(-1)?.at(0)?.id === row.id) groups.at(-1)?.push(row);
    else groups.push([row]);
  return groups;
}

/**
 * SHA-256 of what makes an event another than those kept. The run says when, by which version and by which edition of
 * a list; how many matches to expect by chance changes with every entry that a list gains, and nothing else does.
 */
function evidenceOf(event: DetectionEvent): Buffer {
  const { detectedAt: _when, scanId: _run, tool: _tool, lists: _lists, best: _best, ...said } = event;
  const { matchCount, ...rest } = said;
  // How many there are says more than the matches themselves only where they are not all told.
  const untold = matchCountOf(event) > event.matches.length ? { matchCount } : {};
  const matches = event.matches.map(({ expectedByChance: _, ...match }) => match);
  return createHash('sha256')
    .update(JSON.stringify({ ...rest, ...untold, matches }))
    .digest();
}

/** Listed hashes are confidential: shown on request, never kept. */
function withoutListedHashes(event: DetectionEvent): DetectionEvent {
  const bare = ({ listedHash: _, ...match }: Match) => match;
  return { ...event, best: bare(event.best), matches: event.matches.map(bare) };
}
