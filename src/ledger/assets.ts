import type { Craft, Kept, Remembered } from '../core/memory.js';
import type { Unseen } from '../core/scan.js';
import type { AssetFacts, AssetRef, FingerprintedAsset, ScanResult } from '../core/types.js';
import type { Database } from './database.js';
import { HashCodec } from './hashes.js';

/** In the order of the columns that `assetColumns` names. */
type Row = readonly [
  id: number,
  version: string | null,
  isRead: number,
  craft: number,
  body: string,
  hashes: Buffer,
];
type RefRow = readonly [...Row, ref: string];
/** `at`: place among the refs that were asked for. */
type FoundRow = readonly [...Row, at: number];
const assetColumns = 'assets.id, version, sha256 IS NOT NULL, craft, body, hashes';

interface Body {
  readonly facts: AssetFacts;
  readonly unread?: FingerprintedAsset['unread'];
  readonly opened?: FingerprintedAsset['opened'];
  /** Of its ref: the page that showed it. */
  readonly page?: string;
}

/** The ledger's name of an asset. */
export const refKey = ({ uri, member, frame, part }: AssetRef): string =>
  member === undefined && frame === undefined && part === undefined
    ? uri
    : JSON.stringify([uri, member ?? null, frame ?? null, ...(part === undefined ? [] : [part])]);

export function refOfKey(key: string): AssetRef {
  if (!key.startsWith('[')) return { uri: key };
  const [uri, member, frame, part] = JSON.parse(key) as [string, string | null, number | null, string?];
  return {
    uri,
    ...(member === null ? {} : { member }),
    ...(frame === null ? {} : { frame }),
    ...(part === undefined ? {} : { part }),
  };
}

/** The names of everything inside an asset lie from the first on, before the second. */
const rangeInside = (uri: string): [string, string] => {
  const start = `[${JSON.stringify(uri)}`;
  return [`${start},`, `${start}-`];
};

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
  readonly #end;
  readonly #codec: HashCodec;
  readonly #crafts: Crafts;

  constructor(readonly database: Database) {
    this.#codec = new HashCodec(database);
    this.#crafts = new Crafts(database);
    // One statement for many refs: twice as fast as one for each.
    this.#byRefs = database
      .prepare<[string], FoundRow>(
        `SELECT ${assetColumns}, wanted.key FROM json_each(?) AS wanted
         CROSS JOIN assets ON ref = wanted.value AND current = 1`,
      )
      .raw();
    this.#byRow = database
      .prepare<[number], RefRow>(`SELECT ${assetColumns}, ref FROM assets WHERE id = ?`)
      .raw();
    this.#same = database.prepare<[string], { readonly id: number; readonly sha256: Buffer | null }>(
      'SELECT id, sha256 FROM assets WHERE ref = ? AND current = 1',
    );
    this.#insert = database.prepare(
      `INSERT INTO assets (ref, current, version, sha256, craft, body, hashes, first_at, made_at)
       VALUES (@ref, 1, @version, @sha256, @craft, @body, @hashes, @now, @now)`,
    );
    this.#update = database.prepare(
      `UPDATE assets SET version = @version, sha256 = @sha256, craft = @craft, body = @body, hashes = @hashes,
       made_at = @now WHERE id = @id`,
    );
    this.#retire = database.prepare('UPDATE assets SET current = 0 WHERE id = ?');
    this.#inside = database
      .prepare<[string, string], number>(
        `SELECT id FROM assets JOIN results ON results.asset = assets.id
         WHERE ref >= ? AND ref < ? AND current = 1 ORDER BY seq`,
      )
      .pluck();
    this.#end = database.prepare<[number], { outcome: string; code: string; message: string }>(
      'SELECT outcome, code, message FROM results WHERE asset = ?',
    );
    this.#retireInside = database.prepare(
      `UPDATE assets SET current = 0 WHERE ref >= ? AND ref < ? AND current = 1 AND NOT EXISTS
       (SELECT 1 FROM results WHERE asset = assets.id AND run = ? AND attempt = ?)`,
    );
  }

  /** What is remembered of each of the refs. */
  recall(refs: readonly AssetRef[]): (Remembered | undefined)[] {
    const found = new Array<Remembered | undefined>(refs.length);
    const rows = this.#byRefs.all(JSON.stringify(refs.map(refKey))) as FoundRow[];
    for (const row of rows) {
      const at = row[6];
      found[at] = this.#remembered(refs[at]!, row);
    }
    return found;
  }

  /** Everything inside an asset, in the order in which it was found. */
  *recallInside({ uri }: AssetRef): Generator<Remembered & { readonly unseen?: Unseen }> {
    for (const id of this.#inside.all(...rangeInside(uri)) as number[]) {
      const row = this.#byRow.get(id) as RefRow;
      const ref = refOfKey(row[6]);
      const memory = this.#remembered(ref, row);
      if (memory.asset) yield memory;
      else {
        const { outcome, code, message } = this.#end.get(id)!;
        const base = { ref, fingerprints: [], withheld: [], message };
        const unseen: Unseen =
          outcome === 'skipped'
            ? { ...base, outcome, reason: code }
            : { ...base, outcome: 'failed', stage: 'decode', code };
        yield { ...memory, unseen };
      }
    }
  }

  /** What is not inside an asset any more: everything that the run did not find there. */
  retireInside({ uri }: AssetRef, run: number, attempt: number): void {
    this.#retireInside.run(...rangeInside(uri), run, attempt);
  }

  /**
   * Keeps what an asset was fingerprinted as; other bytes at the same address stay in the ledger beside it.
   * Returns the row.
   */
  keep(ref: AssetRef, { asset, ...craft }: Kept, now: number): number {
    const { facts, fingerprints, withheld, unread, opened } = asset;
    const { page } = asset.ref;
    const digest = fingerprints.find(({ algorithm }) => algorithm === 'sha256')?.hex;
    const sha256 = digest === undefined ? null : Buffer.from(digest, 'hex');
    const values = {
      version: asset.version ?? null,
      sha256,
      craft: this.#crafts.numberOf(craft),
      body: JSON.stringify({
        facts,
        ...(unread ? { unread } : {}),
        ...(opened ? { opened } : {}),
        ...(page === undefined ? {} : { page }),
      } satisfies Body),
      hashes: this.#codec.pack({ fingerprints, withheld }),
      now,
    };
    const before = this.#same.get(refKey(ref));
    if (before && (before.sha256 === null || sha256?.equals(before.sha256))) {
      this.#update.run({ ...values, id: before.id });
      return before.id;
    }
    if (before) this.#retire.run(before.id);
    return Number(this.#insert.run({ ...values, ref: refKey(ref) }).lastInsertRowid);
  }

  /** Row of an asset whose bytes could not be had now. */
  rowOf(ref: AssetRef, tool: string, now: number): number {
    const before = this.#same.get(refKey(ref));
    if (before) return before.id;
    const craft = this.#crafts.numberOf({ tool, look: '', recipes: {} });
    const values = { version: null, sha256: null, craft, body: '{}', hashes: Buffer.alloc(0), now };
    return Number(this.#insert.run({ ...values, ref: refKey(ref) }).lastInsertRowid);
  }

  /** The asset of a row. Raises TypeError where there is none. */
  byRow(row: number): { readonly ref: AssetRef; readonly asset?: FingerprintedAsset } {
    const found = this.#byRow.get(row) as RefRow | undefined;
    if (!found) throw new TypeError(`the ledger has no asset ${row}`);
    const ref = refOfKey(found[6]);
    const { asset } = this.#remembered(ref, found);
    return asset ? { ref: asset.ref, asset } : { ref };
  }

  /** For a transaction that was undone: what it wrote of shapes and crafts is gone. */
  forget(): void {
    this.#codec.forget();
    this.#crafts.forget();
  }

  /** Every asset whose bytes were ever read, also those that other bytes took the place of; in bounded memory. */
  *all(): Generator<Remembered & { readonly asset: FingerprintedAsset }> {
    const page = this.database
      .prepare<[number], RefRow>(
        `SELECT ${assetColumns}, ref FROM assets WHERE id > ? AND sha256 IS NOT NULL ORDER BY id LIMIT 1000`,
      )
      .raw();
    for (let last = 0; ; ) {
      const rows = page.all(last) as RefRow[];
      if (rows.length === 0) return;
      for (const row of rows)
        yield this.#remembered(refOfKey(row[6]), row) as Remembered & { asset: FingerprintedAsset };
      last = rows.at(-1)![0];
    }
  }

  #remembered(ref: AssetRef, [row, version, isRead, craft, body, hashes]: RefRow | FoundRow): Remembered {
    const made = this.#crafts.of(craft);
    if (isRead === 0) return { row, ...made };
    const { facts, unread, opened, page } = JSON.parse(body) as Body;
    const asset = {
      ref: page === undefined || ref.page !== undefined ? ref : { ...ref, page },
      facts,
      ...this.#codec.unpack(hashes),
      ...(unread ? { unread } : {}),
      ...(opened ? { opened } : {}),
    };
    return { row, ...made, asset: version === null ? asset : { ...asset, version } };
  }
}

/** How assets were fingerprinted: a few ways, each of them kept once. */
class Crafts {
  readonly #byNumber = new Map<number, Craft>();
  readonly #numbers = new Map<string, number>();
  readonly #get;
  readonly #find;
  readonly #insert;

  constructor(database: Database) {
    this.#get = database.prepare<[number], { tool: string; look: string; recipes: string }>(
      'SELECT tool, look, recipes FROM crafts WHERE id = ?',
    );
    this.#find = database
      .prepare<[string, string, string], number>(
        'SELECT id FROM crafts WHERE tool = ? AND look = ? AND recipes = ?',
      )
      .pluck();
    this.#insert = database.prepare('INSERT INTO crafts (tool, look, recipes) VALUES (?, ?, ?)');
  }

  forget(): void {
    this.#numbers.clear();
    this.#byNumber.clear();
  }

  of(number: number): Craft {
    const held = this.#byNumber.get(number);
    if (held) return held;
    const row = this.#get.get(number);
    if (!row) throw new TypeError(`the ledger has no craft ${number}`);
    const craft = { ...row, recipes: JSON.parse(row.recipes) as Record<string, string> };
    this.#byNumber.set(number, craft);
    return craft;
  }

  /** Writes one that is new: within the transaction of the asset. */
  numberOf({ tool, look, recipes }: Craft): number {
    const values = [tool, look, JSON.stringify(recipes)] as const;
    const key = JSON.stringify(values);
    const held = this.#numbers.get(key);
    if (held !== undefined) return held;
    const number =
      (this.#find.get(...values) as number | undefined) ??
      Number(this.#insert.run(...values).lastInsertRowid);
    this.#numbers.set(key, number);
    return number;
  }
}

/** Why a result that is no match ended as it did. */
export const reasonOf = (result: ScanResult): { stage?: string; code?: string; message?: string } => {
  if (result.outcome === 'failed') return { stage: result.stage, code: result.code, message: result.message };
  if (result.outcome === 'skipped') return { code: result.reason, message: result.message };
  return {};
};
