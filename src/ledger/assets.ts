import { type Kept, type Remembered, type StoredAsset, unpacked } from '../core/memory.js';
import type { Unseen } from '../core/scan.js';
import type { AssetFacts, AssetRef, FingerprintedAsset, ScanResult } from '../core/types.js';
import { rangeInside, refKey, refOfKey } from './asset-key.js';
import { Crafts } from './crafts.js';
import type { Database } from './database.js';
import { HashCodec } from './hashes.js';

/** In the order of the columns that `assetColumns` names. */
type Row = readonly [
  id: number,
  version: string | null,
  craft: number,
  /** Null where the bytes could never be had. */
  body: string | null,
  hashes: Buffer,
];
type RefRow = readonly [...Row, ref: string];
/** `at`: place among the refs that were asked for. */
type FoundRow = readonly [...Row, at: number];
const assetColumns = 'assets.id, version, craft, iif(sha256 IS NULL, NULL, body), hashes';

type StoredMemory = Remembered & { readonly asset: StoredAsset };
/** What is read at once of all there is: hashes are compared the faster, the more there are, but signals wait for so long. */
const mostAtOnce = { rows: 32_768, bytes: 4e6 } as const;

interface Body {
  readonly facts: AssetFacts;
  readonly unread?: FingerprintedAsset['unread'];
  readonly opened?: FingerprintedAsset['opened'];
  /** Of its ref: the page that showed it. */
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
      const at = row[5];
      found[at] = this.#remembered(refs[at]!, row);
    }
    return found;
  }

  /** Everything inside an asset, in the order in which it was found. */
  *recallInside({ uri }: AssetRef): Generator<Remembered & { readonly unseen?: Unseen }> {
    for (const id of this.#inside.all(...rangeInside(uri)) as number[]) {
      const row = this.#byRow.get(id) as RefRow;
      const ref = refOfKey(row[5]);
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
    const ref = refOfKey(found[5]);
    const { asset } = this.#remembered(ref, found);
    return asset ? { ref: asset.ref, asset: unpacked(asset) } : { ref };
  }

  /** For a transaction that was undone: what it wrote of shapes and crafts is gone. */
  forget(): void {
    this.#codec.forget();
    this.#crafts.forget();
  }

  /** Every asset whose bytes were ever read, also those that other bytes took the place of; some at a time. */
  *all(): Generator<readonly StoredMemory[], void> {
    const page = this.database
      .prepare<[number], RefRow>(
        `SELECT ${assetColumns}, ref FROM assets WHERE id > ? AND sha256 IS NOT NULL ORDER BY id LIMIT 256`,
      )
      .raw();
    let some: StoredMemory[] = [];
    let bytes = 0;
    for (let last = 0; ; ) {
      const rows = page.all(last) as RefRow[];
      for (const row of rows) {
        some.push(this.#remembered(refOfKey(row[5]), row) as StoredMemory);
        bytes += row[4].length;
        last = row[0];
      }
      if (rows.length > 0 && some.length < mostAtOnce.rows && bytes < mostAtOnce.bytes) continue;
      if (some.length > 0) yield some;
      if (rows.length === 0) return;
      some = [];
      bytes = 0;
    }
  }

  #remembered(ref: AssetRef, [row, version, craft, body, hashes]: RefRow | FoundRow): Remembered {
    const made = this.#crafts.of(craft);
    if (body === null) return { row, ...made };
    const { facts, unread, opened, page } = JSON.parse(body) as Body;
    const asset: StoredAsset = {
      ref: page === undefined || ref.page !== undefined ? ref : { ...ref, page },
      facts,
      hashes: this.#codec.packed(hashes),
      ...(version === null ? undefined : { version }),
      ...(unread ? { unread } : undefined),
      ...(opened ? { opened } : undefined),
    };
    return { row, ...made, asset };
  }
}

/** Why a result that is no match ended as it did. */
export const reasonOf = (result: ScanResult): { stage?: string; code?: string; message?: string } => {
  if (result.outcome === 'failed') return { stage: result.stage, code: result.code, message: result.message };
  if (result.outcome === 'skipped') return { code: result.reason, message: result.message };
  return {};
};
