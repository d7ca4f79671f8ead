import type { Withheld } from '../core/types.js';
import { isDamage } from './damage.js';
import type { Database } from './driver.js';
import { HashCodec } from './hashes.js';
import { parsedObject } from './json.js';

/** The body of an asset in versions 1 to 3. */
interface OldBody {
  readonly fingerprints: readonly [
    algorithm: string,
    hex: string,
    recipe: string,
    quality: number | null,
    view: string | null,
    frame: number | null,
  ][];
  readonly withheld: readonly Withheld[];
}

const isOldBody = ({ fingerprints, withheld }: Readonly<Record<string, unknown>>): boolean =>
  Array.isArray(fingerprints) && fingerprints.every(Array.isArray) && Array.isArray(withheld);

/** Version 4: hashes are bytes instead of text in JSON, and the ledger keeps once what many assets share. */
export function hashesAsBytes(database: Database): void {
  database.exec(`
    CREATE TABLE shapes (              -- ways that a frame was looked at
      id INTEGER PRIMARY KEY,
      shape TEXT NOT NULL UNIQUE       -- JSON: see HashCodec
    ) STRICT;
    CREATE TABLE crafts (
      id INTEGER PRIMARY KEY,
      tool TEXT NOT NULL,
      look TEXT NOT NULL,              -- how pixels were looked at
      recipes TEXT NOT NULL,           -- JSON: recipe by algorithm of pixels
      UNIQUE (tool, look, recipes)
    ) STRICT;
    ALTER TABLE assets ADD COLUMN craft INTEGER REFERENCES crafts (id);
    ALTER TABLE assets ADD COLUMN hashes BLOB;  -- see HashCodec
    INSERT INTO crafts (tool, look, recipes) SELECT DISTINCT tool, look, recipes FROM assets;
    UPDATE assets SET craft = (
      SELECT id FROM crafts
      WHERE crafts.tool = assets.tool AND crafts.look = assets.look AND crafts.recipes = assets.recipes
    );
    ALTER TABLE assets DROP COLUMN tool;
    ALTER TABLE assets DROP COLUMN look;
    ALTER TABLE assets DROP COLUMN recipes;
  `);
  // The code that writes shapes also writes their checksums, whose column a later version adds.
  database.exec('ALTER TABLE shapes ADD COLUMN sum INTEGER');
  const codec = new HashCodec(database);
  const page = database.prepare(
    'SELECT id, CAST(body AS BLOB) FROM assets WHERE id > ? ORDER BY id LIMIT 1000',
  );
  const update = database.prepare('UPDATE assets SET body = ?, hashes = ? WHERE id = ?');
  const forget = database.prepare(
    "UPDATE assets SET version = NULL, sha256 = NULL, body = '{}', hashes = x'' WHERE id = ?",
  );
  for (let rows = page.all(0); rows.length > 0; rows = page.all(rows.at(-1)![0] as number))
    for (const [id, body] of rows)
      try {
        const text = Buffer.from(body as Uint8Array).toString('utf8');
        const { fingerprints, withheld, ...rest } = parsedObject<OldBody>(text, isOldBody);
        const hashes = codec.pack({ fingerprints: fingerprints.map(unpackedFingerprint), withheld });
        update.run(JSON.stringify(rest), hashes, id as number);
      } catch (error) {
        if (!isDamage(error) && !(error instanceof TypeError)) throw error;
        forget.run(id as number); // the next run reads the asset again
      }
  database.exec('ALTER TABLE shapes DROP COLUMN sum');
}

const unpackedFingerprint = ([
  algorithm,
  hex,
  recipe,
  quality,
  view,
  frame,
]: OldBody['fingerprints'][number]) => ({
  algorithm,
  hex,
  recipe,
  ...(quality === null ? {} : { quality }),
  ...(view === null ? {} : { view }),
  ...(frame === null ? {} : { frame }),
});
