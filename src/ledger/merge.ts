import { printable, UsageError } from '../core/index.js';
import { everyRow, type Fault } from './check.js';
import { DamageLog, isDamage } from './damage.js';
import { openToRead } from './database.js';
import { Decisions } from './decisions.js';
import type { Cell, Database, Statement } from './driver.js';
import { HashCodec } from './hashes.js';
import type { Ledger } from './ledger.js';
import { applicationId, currentVersion } from './migrations.js';
import { type TableName, tables } from './tables.js';

/** What a merge took over from another ledger. */
export interface Merged {
  /** Rows that this ledger did not have, by table. */
  readonly came: Readonly<Record<TableName, number>>;
  /** Damaged rows of the other ledger, which were left out. */
  readonly faults: readonly Fault[];
  /** Places that both ledgers know, with different bytes: they are of different disks, or the file changed. */
  readonly differing: number;
  /** Notices that wait in the other ledger, and are told from there. */
  readonly waiting: number;
  /** Decisions and acknowledgements that the key did not seal, and that were left out. */
  readonly unsealed: number;
}

/**
 * Takes over what another ledger holds and this one does not: assets with their fingerprints, runs, detections, drafts,
 * submissions, notices that were delivered, answers, take-down cases, and what people decided. Called again, it adds
 * nothing. Writes all of it or nothing, and changes nothing in the other file. Raises UsageError where that is no ledger
 * of this version.
 * @param key seals what people decided, in both ledgers; without it nothing of that is taken over
 */
export async function mergeLedger(
  ledger: Ledger,
  other: string,
  key: Uint8Array | undefined,
): Promise<Merged> {
  const source = await openToRead(other);
  try {
    const version = versionOf(source, other);
    if (version !== currentVersion)
      throw new UsageError(
        `ledger ${printable(other)} is of version ${version}, this hashsieve writes ${currentVersion}: ` +
          `${version < currentVersion ? `open it once (hashsieve status --ledger ${printable(other)})` : 'update hashsieve'}, and merge it then`,
      );
    source.exec('BEGIN'); // one state of it, though a run may be writing
    const faults: Fault[] = [];
    const merger = new Merger(ledger.database, source);
    ledger.database.transact(() => {
      for (const { table, values } of everyRow(source, (fault) => faults.push(fault)))
        merger.take(table.name as TableName, values);
    });
    const said = decisionsOf(source, key);
    const known = new Set((key ? ledger.decisions.all().records : []).map((one) => JSON.stringify(one)));
    const fresh = said.records.filter((one) => !known.has(JSON.stringify(one)));
    if (key && fresh.length > 0) ledger.decisions.add(fresh, key);
    const { came, differing, waiting } = merger;
    return {
      came: { ...came, decisions: fresh.length },
      ...{ faults, differing, waiting, unsealed: said.lost },
    };
  } finally {
    source.close();
  }
}

/** The version of a ledger. Raises UsageError where the file is none. */
function versionOf(source: Database, path: string): number {
  try {
    if (source.value('PRAGMA application_id') === applicationId)
      return source.value('PRAGMA user_version') as number;
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  throw new UsageError(`${printable(path)} is no ledger of hashsieve`);
}

function decisionsOf(source: Database, key: Uint8Array | undefined) {
  const rows = source.value('SELECT count(*) FROM decisions') as number;
  if (rows === 0 || !key) return { records: [], lost: rows };
  const decisions = new Decisions(source, new DamageLog());
  decisions.key = key;
  return decisions.all();
}

type Values = Readonly<Record<string, Cell>>;

/** Puts rows of one ledger into another, under the numbers that they have there. */
class Merger {
  readonly came = Object.fromEntries(Object.keys(tables).map((name) => [name, 0])) as Record<
    TableName,
    number
  >;
  differing = 0;
  waiting = 0;
  readonly #runs = new Map<number, number>();
  readonly #shapes = new Map<number, number>();
  readonly #crafts = new Map<number, number>();
  /** Assets that came, by their number in the other ledger. */
  readonly #assets = new Map<number, number>();
  readonly #events = new Map<number, number>();
  readonly #drafts = new Map<number, number>();
  readonly #statements = new Map<string, Statement>();
  readonly #ours: HashCodec;
  readonly #theirs: HashCodec;

  constructor(
    private readonly target: Database,
    source: Database,
  ) {
    this.#ours = new HashCodec(target);
    this.#theirs = new HashCodec(source);
  }

  /** Puts a row in, with those that it refers to: call it in the order of `tables`. */
  take(table: TableName, values: Values): void {
    this.#takers[table]?.(values);
  }

  /**
   * What is done with the rows of each table. Notices that some recipients did not get go on from where they are;
   * decisions are sealed anew, afterwards; what a repair of the other ledger lost was never in this one.
   */
  readonly #takers: Readonly<Partial<Record<TableName, (values: Values) => void>>> = {
    runs: (values) => this.#run(values),
    shapes: ({ id, shape }) => this.#shapes.set(id as number, this.#ours.numberOf(shape as string)),
    crafts: (values) =>
      this.#crafts.set(values.id as number, this.#same('crafts', ['tool', 'look', 'recipes'], values)),
    assets: (values) => this.#asset(values),
    results: (values) =>
      this.#under('results', values, {
        asset: this.#assets.get(values.asset as number),
        run: this.#runOf(values),
      }),
    detections: (values) => this.#detection(values),
    events: (values) =>
      this.#events.set(values.id as number, this.#same('events', ['detection', 'evidence'], values)),
    run_events: (values) =>
      this.#under('run_events', values, {
        run: this.#runOf(values),
        event: this.#events.get(values.event as number),
      }),
    drafts: (values) =>
      this.#drafts.set(values.id as number, this.#same('drafts', ['directory', 'manifest'], values)),
    draft_events: (values) =>
      this.#under('draft_events', values, { draft: this.#drafts.get(values.draft as number) }),
    submissions: (values) => this.#same('submissions', ['manifest', 'directory', 'record'], values),
    outbox: (values) => this.#notice(values),
    answers: (values) => this.#answer(values),
    takedown_records: (values) => this.#same('takedown_records', ['case_id', 'at', 'record'], values),
  };

  #runOf = ({ run }: Values): number | undefined => this.#runs.get(run as number);

  /** The number of the row that is the same in these columns; a row that is not there yet is added. */
  #same(name: TableName, columns: readonly string[], values: Values): number {
    const where = columns.map((column) => `${column} = ?`).join(' AND ');
    const found = this.#known(
      `SELECT id FROM ${name} WHERE ${where}`,
      ...columns.map((column) => values[column]!),
    );
    return found ?? this.#insert(name, { ...values, id: null });
  }

  /** Adds a row under the rows that it refers to; not where one of them did not come. */
  #under(name: TableName, values: Values, refers: Readonly<Record<string, number | undefined>>): void {
    if (Object.values(refers).every((number) => number !== undefined))
      this.#insert(name, { ...values, ...(refers as Values) });
  }

  #run(values: Values): void {
    const { number, id, state } = values;
    const known = this.#known('SELECT number FROM runs WHERE id = ?', id!);
    if (known === undefined) {
      const mine = ((this.target.value('SELECT max(number) FROM runs') as number | null) ?? 0) + 1;
      // A run that goes on over there is not to be finished here.
      this.#insert('runs', { ...values, number: mine, state: state === 'open' ? 'given-up' : state! });
      this.#runs.set(number as number, mine);
      return;
    }
    this.#runs.set(number as number, known);
    const isOver =
      this.#known("SELECT 1 FROM runs WHERE number = ? AND state = 'complete'", known) !== undefined;
    // It was taken over before its end.
    if (!isOver && state === 'complete') this.#replace('runs', { ...values, number: known });
  }

  #asset(values: Values): void {
    if (values.current !== 1) return;
    const known = this.#row(
      'SELECT id, sha256, made_at FROM assets WHERE ref = ? AND current = 1',
      values.ref!,
    );
    const craft = this.#crafts.get(values.craft as number);
    if (craft === undefined) return;
    if (known) {
      const isSame =
        Buffer.compare(
          Buffer.from((known[1] as Uint8Array | null) ?? []),
          Buffer.from((values.sha256 as Uint8Array | null) ?? []),
        ) === 0;
      if (isSame) return;
      this.differing += 1;
      // What was seen last holds, as it does for a file that changed.
      if ((known[2] as number) >= (values.made_at as number)) return;
      this.#statement('UPDATE assets SET current = 0 WHERE id = ?').run(known[0]!);
    }
    const hashes = this.#translated(Buffer.from(values.hashes as Uint8Array));
    this.#assets.set(values.id as number, this.#insert('assets', { ...values, id: null, craft, hashes }));
  }

  /** Hashes as bytes, with the numbers that shapes have in this ledger. */
  #translated(hashes: Buffer): Buffer {
    const mine = Buffer.from(hashes);
    for (let at = 0; at < mine.length; at += 8 + this.#theirs.shapeAt(hashes, at).length)
      mine.writeUInt32LE(this.#shapes.get(hashes.readUInt32LE(at))!, at);
    return mine;
  }

  #detection(values: Values): void {
    const known = this.#row('SELECT first_at, last_at FROM detections WHERE id = ?', values.id!);
    if (!known) {
      this.#insert('detections', values);
      return;
    }
    const first_at = Math.min(known[0] as number, values.first_at as number);
    const last_at = Math.max(known[1] as number, values.last_at as number);
    this.#replace('detections', { id: values.id!, first_at, last_at });
  }

  /** Takes over that somebody was told, so that nobody is told twice. What still waits there is told from there. */
  #notice(values: Values): void {
    if (values.delivered_at === null) {
      this.waiting += 1;
      return;
    }
    const known = this.#row(
      'SELECT delivered_at FROM outbox WHERE detection = ? AND target = ?',
      values.detection!,
      values.target!,
    );
    if (!known) this.#insert('outbox', values);
    else if (known[0] === null) this.#replace('outbox', values);
  }

  #answer(values: Values): void {
    const known = this.#known(
      'SELECT at FROM answers WHERE service = ? AND asked = ?',
      values.service!,
      values.asked!,
    );
    if (known === undefined) this.#insert('answers', values);
    else if (known < (values.at as number)) this.#replace('answers', values);
  }

  #statement(sql: string): Statement {
    const known = this.#statements.get(sql) ?? this.target.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }

  #row = (sql: string, ...params: readonly Cell[]) => this.#statement(sql).get(...params);
  #known = (sql: string, ...params: readonly Cell[]): number | undefined =>
    this.#row(sql, ...params)?.[0] as number | undefined;

  /** Adds a row and returns its number. A row that is there already stays as it is. */
  #insert(name: TableName, values: Values): number {
    const { changes, lastInsertRowid } = this.#write('INSERT OR IGNORE', name, values);
    this.came[name] += changes;
    return lastInsertRowid;
  }

  #replace(name: TableName, values: Values): void {
    this.#write('INSERT OR REPLACE', name, values);
  }

  #write(verb: string, name: TableName, values: Values) {
    const table = tables[name];
    const names = [...table.names, 'sum'] as string[];
    const holes = names.map((column) => `@${column}`).join(', ');
    // Some checksums cover the number of the row.
    const id = values.id === null ? { id: this.#next(name) } : {};
    const row = { ...values, ...id };
    return this.#statement(`${verb} INTO ${name} (${names.join(', ')}) VALUES (${holes})`).run({
      ...Object.fromEntries(table.names.map((column) => [column, (row as Values)[column] ?? null])),
      sum: table.seal(row as never),
    });
  }

  #next(name: TableName): number {
    return ((this.#row(`SELECT max(id) FROM ${name}`)?.[0] as number | null) ?? 0) + 1;
  }
}
