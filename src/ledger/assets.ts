import type { Kept, Remembered } from '../core/memory.js';
import type {
  AssetFacts,
  AssetRef,
  Fingerprint,
  FingerprintedAsset,
  ScanResult,
  Withheld,
} from '../core/types.js';
import type { Database } from './database.js';

interface Row {
  readonly id: number;
  readonly version: string | null;
  readonly sha256: Uint8Array | null;
  readonly tool: string;
  readonly look: string;
  readonly recipes: string;
  readonly body: string;
}

interface Body {
  readonly facts: AssetFacts;
  readonly fingerprints: readonly PackedFingerprint[];
  readonly withheld: readonly Withheld[];
  readonly unread?: FingerprintedAsset['unread'];
}
type PackedFingerprint = [string, string, string, number | null, string | null, number | null];

/** The ledger's name of an asset. */
export const refKey = ({ uri, member, frame }: AssetRef): string =>
  member === undefined && frame === undefined ? uri : JSON.stringify([uri, member ?? null, frame ?? null]);

export function refOfKey(key: string): AssetRef {
  if (!key.startsWith('[')) return { uri: key };
  const [uri, member, frame] = JSON.parse(key) as [string, string | null, number | null];
  return { uri, ...(member === null ? {} : { member }), ...(frame === null ? {} : { frame }) };
}

/** The assets of the ledger: what they were fingerprinted as, never what they show. */
export class Assets {
  readonly #byRef;
  readonly #byRow;
  readonly #insert;
  readonly #update;
  readonly #retire;
  readonly #recipes = new Map<string, Readonly<Record<string, string>>>();

  constructor(readonly database: Database) {
    this.#byRef = database.prepare<[string], Row>(
      'SELECT id, version, sha256, tool, look, recipes, body FROM assets WHERE ref = ? AND current = 1',
    );
    this.#byRow = database.prepare<[number], Row & { ref: string }>('SELECT * FROM assets WHERE id = ?');
    this.#insert = database.prepare(
      `INSERT INTO assets (ref, current, version, sha256, tool, look, recipes, body, first_at, made_at)
       VALUES (@ref, 1, @version, @sha256, @tool, @look, @recipes, @body, @now, @now)`,
    );
    this.#update = database.prepare(
      `UPDATE assets SET version = @version, sha256 = @sha256, tool = @tool, look = @look, recipes = @recipes,
       body = @body, made_at = @now WHERE id = @id`,
    );
    this.#retire = database.prepare('UPDATE assets SET current = 0 WHERE id = ?');
  }

  recall(ref: AssetRef): Remembered | undefined {
    const row = this.#byRef.get(refKey(ref));
    return row && this.#remembered(ref, row);
  }

  /**
   * Keeps what an asset was fingerprinted as; other bytes at the same address stay in the ledger beside it.
   * Returns the row.
   */
  keep(ref: AssetRef, kept: Kept, now: number): number {
    const { asset, recipes, look, tool } = kept;
    const digest = asset.fingerprints.find(({ algorithm }) => algorithm === 'sha256')?.hex;
    const sha256 = digest === undefined ? null : Buffer.from(digest, 'hex');
    const version = asset.version ?? null;
    const values = {
      version,
      sha256,
      tool,
      look,
      recipes: JSON.stringify(recipes),
      body: packed(asset),
      now,
    };
    const before = this.#byRef.get(refKey(ref));
    if (before && (before.sha256 === null || sha256?.equals(before.sha256))) {
      this.#update.run({ ...values, id: before.id });
      return before.id;
    }
    if (before) this.#retire.run(before.id);
    return Number(this.#insert.run({ ...values, ref: refKey(ref) }).lastInsertRowid);
  }

  /** Row of an asset whose bytes could not be had now. */
  rowOf(ref: AssetRef, tool: string, now: number): number {
    const before = this.#byRef.get(refKey(ref));
    if (before) return before.id;
    const body = JSON.stringify({ fingerprints: [], withheld: [] });
    const values = { version: null, sha256: null, tool, look: '', recipes: '{}', body, now };
    return Number(this.#insert.run({ ...values, ref: refKey(ref) }).lastInsertRowid);
  }

  /** The asset of a row. Raises TypeError where there is none. */
  byRow(row: number): { readonly ref: AssetRef; readonly asset?: FingerprintedAsset } {
    const found = this.#byRow.get(row);
    if (!found) throw new TypeError(`the ledger has no asset ${row}`);
    const ref = refOfKey(found.ref);
    return found.sha256 === null ? { ref } : { ref, asset: unpacked(ref, found.version, found.body) };
  }

  /** Every asset whose bytes were ever read, also those that other bytes took the place of; in bounded memory. */
  *all(): Generator<Remembered & { readonly asset: FingerprintedAsset }> {
    const page = this.database.prepare<[number], Row & { ref: string }>(
      `SELECT id, ref, version, sha256, tool, look, recipes, body FROM assets
       WHERE id > ? AND sha256 IS NOT NULL ORDER BY id LIMIT 1000`,
    );
    for (let last = 0; ; ) {
      const rows = page.all(last);
      if (rows.length === 0) return;
      for (const row of rows)
        yield this.#remembered(refOfKey(row.ref), row) as Remembered & { asset: FingerprintedAsset };
      last = rows.at(-1)!.id;
    }
  }

  #remembered(ref: AssetRef, row: Row): Remembered {
    const { id, look, tool } = row;
    let recipes = this.#recipes.get(row.recipes);
    if (!recipes) {
      recipes = JSON.parse(row.recipes) as Record<string, string>;
      this.#recipes.set(row.recipes, recipes);
    }
    if (row.sha256 === null) return { row: id, recipes, look, tool };
    return { row: id, recipes, look, tool, asset: unpacked(ref, row.version, row.body) };
  }
}

const packed = ({ facts, fingerprints, withheld, unread }: FingerprintedAsset): string =>
  JSON.stringify({
    facts,
    fingerprints: fingerprints.map(({ algorithm, hex, recipe, quality, view, frame }) => [
      algorithm,
      hex,
      recipe,
      quality ?? null,
      view ?? null,
      frame ?? null,
    ]),
    withheld,
    ...(unread ? { unread } : {}),
  } satisfies Omit<Body, 'fingerprints'> & { fingerprints: unknown });

function unpacked(ref: AssetRef, version: string | null, body: string): FingerprintedAsset {
  const { facts, fingerprints, withheld, unread } = JSON.parse(body) as Body;
  return {
    ref,
    ...(version === null ? {} : { version }),
    facts,
    fingerprints: fingerprints.map(unpackedFingerprint),
    withheld,
    ...(unread ? { unread } : {}),
  };
}

const unpackedFingerprint = ([
  algorithm,
  hex,
  recipe,
  quality,
  view,
  frame,
]: PackedFingerprint): Fingerprint => ({
  algorithm,
  hex,
  recipe,
  ...(quality === null ? {} : { quality }),
  ...(view === null ? {} : { view }),
  ...(frame === null ? {} : { frame }),
});

/** Why a result that is no match ended as it did. */
export const reasonOf = (result: ScanResult): { stage?: string; code?: string; message?: string } => {
  if (result.outcome === 'failed') return { stage: result.stage, code: result.code, message: result.message };
  if (result.outcome === 'skipped') return { code: result.reason, message: result.message };
  return {};
};
