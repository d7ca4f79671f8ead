import {
  addressOf,
  type CacheEntry,
  displayUri,
  type StoredAsset,
  unpacked,
  unreadOfRow,
  unseenResult,
} from '../core/index.js';
import type { AssetFacts, AssetRef, FingerprintedAsset } from '../core/types.js';
import { rangeInside, refKey, refOfKey } from './asset-key.js';
import { Damage, type DamageLog, isDamage } from './damage.js';
import type { Database, Row } from './driver.js';
import { StoredSettings } from './fingerprint-settings.js';
import { HashCodec } from './hashes.js';
import { isText, parsedObject } from './json.js';
import { readRows, rowsFor } from './salvage.js';
import { DatabaseError } from './sqlite-database.js';
import { type RowOf, tables } from './tables.js';
import { walkRows } from './walk.js';

type Stored = Pick<RowOf<typeof tables.assets>, 'id' | 'version' | 'sha256' | 'craft' | 'body' | 'hashes'>;
/** The columns that are read of an asset whose ref is known; `whole` reads those of any asset. */
const columns = tables.assets.reader(['id', 'version', 'sha256', 'craft', 'body', 'hashes']);
const withRef = tables.assets.reader(['id', 'version', 'sha256', 'craft', 'body', 'hashes', 'ref']);
const endColumns = tables.results.reader([
  'asset',
  'run',
  'attempt',
  'seq',
  'at',
  'outcome',
  'stage',
  'code',
  'message',
]);

type EntryWithAsset = CacheEntry<'stored'> & { readonly asset: StoredAsset };
/**
 * The most that is read at once of all assets. Comparing many hashes together is faster, but the program cannot answer
 * a signal meanwhile.
 */
const mostAtOnce = { rows: 32_768, bytes: 4e6 } as const;

interface Body {
  readonly facts: AssetFacts;
  readonly unread?: FingerprintedAsset['unread'];
  readonly opened?: FingerprintedAsset['opened'];
  /** The page that showed the asset, from its ref. */
  readonly page?: string;
}

/** The assets of the ledger: what they were fingerprinted as, never what they show. */
export class Assets {
  readonly #byRefs;
  readonly #byRow;
  readonly #same;
  readonly #insert;
  readonly #update;
  readonly #retire;
  readonly #inside;
  readonly #retireInside;
  readonly #countInside;
  readonly #opened;
  readonly #close;
  readonly #end;
  readonly #codec: HashCodec;
  readonly #settings: StoredSettings;

  constructor(
    readonly database: Database,
    private readonly damage: DamageLog,
  ) {
    this.#codec = new HashCodec(database);
    this.#settings = new StoredSettings(database);
    // One statement for many refs is twice as fast as one statement for each.
    this.#byRefs = database.prepare(
      `SELECT wanted.key, ${columns.list} FROM json_each(?) AS wanted
       CROSS JOIN assets ON ref = wanted.value AND current = 1`,
    );
    this.#byRow = database.prepare(`SELECT ${withRef.list} FROM assets WHERE id = ?`);
    this.#same = database.prepare('SELECT id, sha256 FROM assets WHERE ref = ? AND current = 1');
    this.#insert = database.prepare(
      `INSERT INTO assets (ref, current, version, sha256, craft, body, hashes, first_at, made_at, sum)
       VALUES (@ref, 1, @version, @sha256, @craft, @body, @hashes, @now, @now, @sum)`,
    );
    this.#update = database.prepare(
      `UPDATE assets SET version = @version, sha256 = @sha256, craft = @craft, body = @body, hashes = @hashes,
       made_at = @now, sum = @sum WHERE id = @id`,
    );
    this.#retire = database.prepare('UPDATE assets SET current = 0 WHERE id = ?');
    this.#inside = database.prepare(
      `SELECT id FROM assets JOIN results ON results.asset = assets.id
       WHERE ref >= ? AND ref < ? AND current = 1 ORDER BY seq`,
    );
    this.#end = database.prepare(`SELECT ${endColumns.list} FROM results WHERE asset = ?`);
    this.#retireInside = database.prepare(
      `UPDATE assets SET current = 0 WHERE ref >= ? AND ref < ? AND current = 1
       AND id NOT IN (SELECT value FROM json_each(?))`,
    );
    this.#countInside = database.prepare(
      'SELECT count(*) FROM assets WHERE ref >= ? AND ref < ? AND current = 1',
    );
    this.#opened = database.prepare(`SELECT ${columns.list} FROM assets WHERE ref = ? AND current = 1`);
    this.#close = database.prepare('UPDATE assets SET body = ?, sum = ? WHERE id = ?');
  }

  /** What the ledger remembers of each of the refs. A damaged row is noted, and its asset counts as unknown. */
  recall(refs: readonly AssetRef[]): (CacheEntry<'stored'> | undefined)[] {
    const found = new Array<CacheEntry<'stored'> | undefined>(refs.length);
    const keys = refs.map(refKey);
    const lost = (at: number) => `what it holds of ${nameOf(refs[at]!)} is damaged: it is read anew`;
    const rows = rowsFor(this.#byRefs, keys, [], (at) => this.damage.note(lost(at)));
    const read = (row: Row) => {
      const at = row[0] as number;
      found[at] = this.#entryOf(refs[at]!, columns.read(row, 1, { ref: keys[at]! }));
    };
    readRows(rows, read, this.damage, (row) => lost(row[0] as number));
    return found;
  }

  /**
   * The entries of everything inside an asset, in the order in which the scan found it. Raises Damage where any of them
   * is damaged.
   */
  *recallInside({ uri }: AssetRef): Generator<CacheEntry<'stored'>> {
    for (const [id] of this.#inside.all(...rangeInside(uri))) {
      const { ref, entry } = this.#ofRow(id as number);
      if (entry.asset) yield entry;
      else {
        const end = this.#endOf(id as number);
        // The bytes of this asset could not be read, even where its row names another outcome.
        const unread = unreadOfRow(end) ?? unreadOfRow({ ...end, outcome: 'failed' })!;
        yield { ...entry, unseen: unseenResult(ref, unread) };
      }
    }
  }

  /**
   * Keeps only these rows of what is inside an asset: what this scan found there. Where another process has replaced
   * one of them meanwhile, the asset counts as not looked into.
   */
  settleInside(ref: AssetRef, rows: readonly number[]): void {
    const range = rangeInside(ref.uri);
    this.#retireInside.run(...range, JSON.stringify(rows));
    if (this.#countInside.get(...range)?.[0] !== rows.length) this.unsettleInside(ref.uri);
  }

  /**
   * Notes that an asset must be looked into again. A run calls this before it changes what the ledger keeps of the
   * inside: if the process is killed, or another one works on the same file, a part of the inside must not pass for the
   * whole.
   */
  unsettleInside(uri: string): void {
    const key = refKey({ uri });
    const row = this.#opened.get(key);
    if (!row) return;
    try {
      const values = { ...columns.read(row, 0, { ref: key }), ref: key };
      const { opened, ...rest } = parsedObject<Body>(values.body, () => true);
      if (!opened) return;
      const body = JSON.stringify(rest);
      this.#close.run(body, tables.assets.seal({ ...values, body }), values.id);
    } catch (error) {
      if (!isDamage(error)) throw error; // nothing uses a damaged row anyway
    }
  }

  /**
   * Keeps the fingerprints of an asset and returns its row. An asset of other bytes at the same address stays in the
   * ledger beside it. Raises Damage where a row that this one refers to is damaged.
   */
  keep(ref: AssetRef, { asset, ...settings }: CacheEntry<'computed'>, now: number): number {
    const { facts, fingerprints, withheld, unread, opened } = asset;
    const { page } = asset.ref;
    const digest = fingerprints.find(({ algorithm }) => algorithm === 'sha256')?.hex;
    const sha256 = digest === undefined ? null : Buffer.from(digest, 'hex');
    const values = {
      ref: refKey(ref),
      version: asset.version ?? null,
      sha256,
      craft: this.#settings.numberOf(settings),
      body: JSON.stringify({
        facts,
        ...(unread ? { unread } : {}),
        ...(opened ? { opened } : {}),
        ...(page === undefined ? {} : { page }),
      } satisfies Body),
      hashes: this.#codec.pack({ fingerprints, withheld }),
    };
    const row = { ...values, now, sum: tables.assets.seal(values) };
    const [id, before] = this.#same.get(values.ref) ?? [];
    if (id !== undefined && (before === null || isSame(before, sha256))) {
      const { ref: _, ...changed } = row;
      this.#update.run({ ...changed, id: id as number });
      return id as number;
    }
    if (id !== undefined) this.#retire.run(id);
    return this.#insert.run(row).lastInsertRowid;
  }

  /** The row of an asset whose bytes this run could not read. */
  rowOf(ref: AssetRef, tool: string, now: number): number {
    const key = refKey(ref);
    const before = this.#same.get(key);
    if (before) return before[0] as number;
    const craft = this.#settings.numberOf({ tool, look: '', recipes: {} });
    const values = { ref: key, version: null, sha256: null, craft, body: '{}', hashes: Buffer.alloc(0) };
    return this.#insert.run({ ...values, now, sum: tables.assets.seal(values) }).lastInsertRowid;
  }

  /** The asset of a row. Raises Damage where the row is missing or damaged. */
  byRow(row: number): { readonly ref: AssetRef; readonly asset?: FingerprintedAsset } {
    const { ref, entry } = this.#ofRow(row);
    return entry.asset ? { ref: entry.asset.ref, asset: unpacked(entry.asset) } : { ref };
  }

  /** Called after a rollback: the shapes and settings that the transaction wrote are gone. */
  forget(): void {
    this.#codec.forget();
    this.#settings.forget();
  }

  /** Number of assets that `all` would yield if none of them is damaged. */
  count(): number {
    return this.database.prepare('SELECT count(*) FROM assets WHERE sha256 IS NOT NULL').get()![0] as number;
  }

  /**
   * Every asset whose bytes a run has ever read, a few at a time, including those that other bytes have since replaced.
   * Damaged rows are noted and left out. Raises DatabaseError where nothing can be read at all.
   */
  *all(): Generator<readonly EntryWithAsset[], void> {
    let some: EntryWithAsset[] = [];
    let bytes = 0;
    let read = 0;
    const gap = (after: number, before: number | undefined) => {
      if (read === 0 && before === undefined)
        throw new DatabaseError('SQLITE_CORRUPT', 'its assets cannot be read');
      const to = before === undefined ? 'on' : `to ${before}`;
      this.damage.note(`assets in its rows from ${after + 1} ${to} cannot be read: nobody compares them`);
    };
    const source = {
      select: `SELECT id, ${withRef.list} FROM assets`,
      id: 'id',
      where: 'sha256 IS NOT NULL',
    };
    for (const rows of walkRows(this.database, source, gap)) {
      read += rows.length;
      for (const row of rows) {
        const entry = this.damage.attempt(
          `the asset in its row ${row[0]} is damaged: nobody compares it`,
          () => this.#ofValues(withRef.read(row, 1)).entry as EntryWithAsset,
        );
        if (!entry) continue;
        some.push(entry);
        bytes += entry.asset.hashes.size;
      }
      if (some.length < mostAtOnce.rows && bytes < mostAtOnce.bytes) continue;
      yield some;
      some = [];
      bytes = 0;
    }
    if (some.length > 0) yield some;
  }

  #ofRow(id: number) {
    const row = this.#byRow.get(id);
    if (!row) throw new Damage(`an asset is missing in its row ${id}`);
    return this.#ofValues(withRef.read(row));
  }

  #ofValues({ ref: key, ...values }: Stored & { readonly ref: string }) {
    const ref = refOfKey(key);
    return { ref, entry: this.#entryOf(ref, values) };
  }

  #endOf(id: number) {
    const row = this.#end.get(id);
    if (!row) throw new Damage(`the result of the asset in its row ${id} is missing`);
    return endColumns.read(row);
  }

  /** Raises Damage unless the entry is whole, so that whoever uses it need not check it again. */
  #entryOf(ref: AssetRef, { id: row, version, sha256, craft, body, hashes }: Stored): CacheEntry<'stored'> {
    const made = this.#settings.of(craft);
    if (sha256 === null) return { state: 'stored', row, ...made };
    const { facts, unread, opened, page } = parsedObject<Body>(body, isBody);
    const bytes = hashes as Buffer;
    this.#codec.check(bytes);
    const asset: StoredAsset = {
      ref: page === undefined || ref.page !== undefined ? ref : { ...ref, page },
      facts,
      hashes: this.#codec.packed(bytes),
      ...(version === null ? undefined : { version }),
      ...(unread ? { unread } : undefined),
      ...(opened ? { opened } : undefined),
    };
    return { state: 'stored', row, ...made, asset };
  }
}

const isSame = (before: unknown, sha256: Buffer | null) =>
  before instanceof Uint8Array && sha256?.equals(before) === true;

/** True for a body that the program can use without a crash. Whether it is what was written, the checksum tells. */
const isBody = ({ facts, unread, opened, page }: Readonly<Record<string, unknown>>): boolean =>
  isRecord(facts) &&
  isText(facts.mediaType) &&
  typeof facts.size === 'number' &&
  (unread === undefined || (isRecord(unread) && isText(unread.kind))) &&
  (opened === undefined || (isRecord(opened) && isText(opened.how))) &&
  (page === undefined || isText(page));

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const nameOf = (ref: AssetRef): string => displayUri(addressOf(ref));
