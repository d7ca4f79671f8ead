import { createHash } from 'node:crypto';
import { matchCountOf, mergedEvent, printable } from '../core/index.js';
import type { DetectionEvent, ListIdentity, Match } from '../core/types.js';
import { type DamageLog, isDamage } from './damage.js';
import type { Database, Row } from './driver.js';
import { isText, parsedArray, parsedObject } from './json.js';
import { readRows } from './salvage.js';
import { tables } from './tables.js';
import { walkKeys, walkRows } from './walk.js';

const detectionColumns = tables.detections.reader(['id', 'first_at'], 'detections');
const eventColumns = tables.events.reader(['id', 'detection', 'evidence', 'event', 'last_at'], 'events');
const runEventColumns = tables.run_events.reader(['run', 'event', 'at'], 'run_events');
const runColumns = tables.runs.whole();

/**
 * The detections of all runs. The ledger can give back each run's own event, but keeps what many runs say alike only
 * once: a nightly scan that finds the same again adds a few bytes for each detection. A damaged detection is noted and
 * left out; it never hides the others.
 */
export class Detections {
  readonly #firstOf;
  readonly #insert;
  readonly #seen;
  readonly #eventOf;
  readonly #insertEvent;
  readonly #touchEvent;
  readonly #insertRun;
  readonly #eventsOf;
  readonly #ofRun;

  constructor(
    private readonly database: Database,
    private readonly damage: DamageLog,
  ) {
    this.#firstOf = database.prepare(`SELECT ${detectionColumns.list} FROM detections WHERE id = ?`);
    this.#insert = database.prepare(
      'INSERT INTO detections (id, first_at, last_at, sum) VALUES (@id, @at, @at, @sum)',
    );
    this.#seen = database.prepare('UPDATE detections SET last_at = ? WHERE id = ?');
    this.#eventOf = database.prepare(
      `SELECT id, ${eventColumns.list} FROM events WHERE detection = ? AND evidence = ?`,
    );
    this.#insertEvent = database.prepare(
      `INSERT INTO events (detection, evidence, event, last_at, sum) VALUES (@id, @evidence, @event, @at, @sum)`,
    );
    this.#touchEvent = database.prepare('UPDATE events SET event = ?, last_at = ?, sum = ? WHERE id = ?');
    this.#insertRun = database.prepare(
      'INSERT INTO run_events (run, event, at, sum) VALUES (?, ?, ?, ?) ON CONFLICT (run, event) DO NOTHING',
    );
    this.#eventsOf = database.prepare(
      `SELECT ${eventColumns.list} FROM events WHERE detection = ? ORDER BY last_at, id`,
    );
    this.#ofRun = database.prepare(
      `SELECT events.id, ${runEventColumns.list}, ${eventColumns.list} FROM run_events
       JOIN events ON events.id = run_events.event WHERE run = ?`,
    );
  }

  /** Records a detection within a transaction. Returns true where no run detected it before. @param run its number. */
  record(run: number, event: DetectionEvent): boolean {
    const { id } = event;
    const at = Date.parse(event.detectedAt);
    const isNew = this.#firstOf.get(id) === undefined;
    if (isNew) this.#insert.run({ id, at, sum: tables.detections.seal({ id, first_at: at }) });
    else this.#seen.run(at, id);
    const kept = this.#keep(withoutListedHashes(event), at);
    this.#insertRun.run(run, kept, at, tables.run_events.seal({ run, event: kept, at }));
    return isNew;
  }

  /** The row of an event. Where that row is damaged, this writes a new one. */
  #keep(bare: DetectionEvent, at: number): number {
    const { id: detection } = bare;
    const evidence = evidenceOf(bare);
    const event = JSON.stringify(bare);
    const sum = tables.events.seal({ detection, evidence, event });
    const before = this.#eventOf.get(detection, evidence);
    if (!before) return this.#insertEvent.run({ id: detection, evidence, event, at, sum }).lastInsertRowid;
    const id = before[0] as number;
    const known = this.#whole(before);
    if (known) this.#touchEvent.run(known.event, at, tables.events.seal(known), id);
    else this.#touchEvent.run(event, at, sum, id);
    return id;
  }

  #whole(row: Row) {
    try {
      return eventColumns.read(row, 1);
    } catch (error) {
      if (isDamage(error)) return undefined;
      throw error;
    }
  }

  /** One event for each detection, made of all that any run found, in the order of the first detections. */
  all(): readonly DetectionEvent[] {
    const groups = new Map<string, KeptEvent[]>();
    const gap = (after: number, before?: number) =>
      this.damage.note(`detections in its rows from ${after + 1} to ${before ?? 'the end'} cannot be read`);
    const events = { select: `SELECT id, ${eventColumns.list} FROM events`, id: 'id' };
    for (const rows of walkRows(this.database, events, gap))
      for (const one of readRows(rows, (row) => keptEvent(row, 1), this.damage, eventLost))
        groups.set(one.detection, [...(groups.get(one.detection) ?? []), one]);
    const first = this.#firstTimes();
    return inOrder([...groups].map(([id, kept]) => grouped(kept, first.get(id))));
  }

  /** When each was first detected, for the detections whose rows can be read. */
  #firstTimes(): ReadonlyMap<string, number> {
    const first = new Map<string, number>();
    const source = {
      select: `SELECT ${detectionColumns.list} FROM detections`,
      key: ['id'],
      same: ([id]: Row) => Buffer.from(id as Uint8Array).toString('latin1'),
    };
    const gap = () =>
      this.damage.note('the times of some detections cannot be read: those of their events are told');
    for (const rows of walkKeys(this.database, source, gap))
      for (const { id, first_at } of readRows(
        rows,
        (row) => detectionColumns.read(row),
        this.damage,
        timeLost,
      ))
        first.set(id, first_at);
    return first;
  }

  /** As `all`, for the detections with these ids. */
  some(ids: readonly string[]): readonly DetectionEvent[] {
    return inOrder(ids.flatMap((id) => this.#one(id) ?? []));
  }

  #one(id: string): DatedEvent | undefined {
    const what = `detection ${printable(id)} cannot be read`;
    return this.damage.attempt(what, () => {
      const kept = readRows(this.#eventsOf.all(id), (row) => keptEvent(row, 0), this.damage, eventLost);
      if (kept.length === 0) return undefined;
      const row = this.#firstOf.get(id);
      const first = row && this.damage.attempt(timeLost, () => detectionColumns.read(row).first_at);
      return grouped(kept, first);
    });
  }

  /** Ids of what a run detected, in the order of the first detections. @param run its number. */
  idsOf(run: number): string[] {
    const firstTimes = new Map<string, number>();
    for (const { detection, event, at } of this.#recordsOf(run)) {
      const time = at ?? Date.parse(event.detectedAt);
      firstTimes.set(detection, Math.min(time, firstTimes.get(detection) ?? time));
    }
    return [...firstTimes].sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1)).map(([id]) => id);
  }

  #recordsOf(run: number): (KeptEvent & { readonly at: number | null })[] {
    const width = 4;
    const read = (row: Row) => ({ ...keptEvent(row, 1 + width), at: runEventColumns.read(row, 1).at });
    return readRows(
      this.#ofRun.all(run),
      read,
      this.damage,
      ([id]) => `what a run said in event ${id} is damaged`,
    );
  }

  /**
   * What one run detected, by its own lists and in its own words; `latest` is the run that began last. Undefined where
   * the ledger knows no such run. Raises Damage where the row of the run is damaged.
   */
  of(scanId: string): readonly DetectionEvent[] | undefined {
    const row = this.database
      .prepare(
        `SELECT ${runColumns.list} FROM runs WHERE id = @id OR @id = 'latest' ORDER BY started_at DESC, number DESC LIMIT 1`,
      )
      .get({ id: scanId });
    if (!row) return undefined;
    const run = runColumns.read(row);
    const lists = parsedArray(run.lists, isIdentity);
    const asRecordedBy = ({ event, at }: KeptEvent & { at: number | null }): DetectionEvent => {
      if (at === null) return event; // a version that kept one event for all runs wrote it
      return {
        ...event,
        scanId: run.id,
        detectedAt: new Date(at).toISOString(),
        tool: { ...event.tool, version: run.tool },
        lists: event.lists?.map((list) => lists.find(({ name }) => name === list.name) ?? list),
      };
    };
    const groups = new Map<string, (KeptEvent & { at: number | null })[]>();
    for (const one of this.#recordsOf(run.number))
      groups.set(one.detection, [...(groups.get(one.detection) ?? []), one]);
    return inOrder(
      [...groups].map(([id, group]) => {
        const sorted = group.sort((a, b) => (a.at ?? 0) - (b.at ?? 0) || a.id - b.id);
        const row = this.#firstOf.get(id);
        const first = row && this.damage.attempt(timeLost, () => detectionColumns.read(row).first_at);
        const event = mergedEvent(sorted.map(asRecordedBy));
        return { id, event, first: first ?? (Date.parse(event.detectedAt) || 0) };
      }),
    );
  }
}

interface KeptEvent {
  readonly id: number;
  readonly detection: string;
  /** Without the hashes of the lists. */
  readonly event: DetectionEvent;
  readonly last_at: number;
}

/** An event, and when a run first detected it, milliseconds since 1970. */
interface DatedEvent {
  readonly id: string;
  readonly event: DetectionEvent;
  readonly first: number;
}

function keptEvent(row: Row, at: number): KeptEvent {
  const { event: text, ...rest } = eventColumns.read(row, at);
  const event = parsedObject<DetectionEvent>(text, ({ id }) => id === rest.detection);
  return { ...rest, event };
}

const eventLost = ([id]: Row) => `what it holds of a detection is damaged and left out (event ${id})`;
const timeLost = () => 'the time of a detection is damaged: that of its event is told';

const isIdentity = (value: unknown): value is ListIdentity =>
  typeof value === 'object' && value !== null && isText((value as { name?: unknown }).name);

function grouped(kept: readonly KeptEvent[], first: number | undefined): DatedEvent {
  const sorted = [...kept].sort((a, b) => a.last_at - b.last_at || a.id - b.id);
  const event = mergedEvent(sorted.map((one) => one.event));
  const time = first ?? (Date.parse(event.detectedAt) || 0);
  // Earlier versions kept one event for all runs, and that was the latest.
  return {
    id: kept[0]!.detection,
    first: time,
    event: { ...event, detectedAt: new Date(time).toISOString() },
  };
}

const inOrder = (events: readonly DatedEvent[]): readonly DetectionEvent[] =>
  [...events].sort((a, b) => a.first - b.first || (a.id < b.id ? -1 : 1)).map(({ event }) => event);

/**
 * SHA-256 of what distinguishes an event from those that the ledger keeps already. It leaves out what the run's own row
 * says (the time, the version, the editions of lists), and the number of matches to expect by chance, which changes
 * with every entry that a list gains.
 */
function evidenceOf(event: DetectionEvent): Buffer {
  const { detectedAt: _when, scanId: _run, tool: _tool, lists: _lists, best: _best, ...recorded } = event;
  const { matchCount, upload, ...rest } = recorded;
  // A host that tries again, or another upload of the same file, says nothing new unless it names somebody else.
  const uploaded = upload && { upload: { uploader: upload.uploader, ip: upload.ip, name: upload.name } };
  // The count adds to the matches only where the event does not list them all.
  const omitted = matchCountOf(event) > event.matches.length ? { matchCount } : {};
  const matches = event.matches.map(({ expectedByChance: _, ...match }) => match);
  return createHash('sha256')
    .update(JSON.stringify({ ...rest, ...omitted, ...uploaded, matches }))
    .digest();
}

/**
 * Hashes of lists are confidential. The program shows them on request and never keeps them. What people said is kept in
 * a table of its own, and changes.
 */
function withoutListedHashes(given: DetectionEvent): DetectionEvent {
  const bare = ({ listedHash: _, ...match }: Match) => match;
  const { decided: _decided, acknowledged: _acknowledged, ...event } = given;
  return { ...event, best: bare(event.best), matches: event.matches.map(bare) };
}
