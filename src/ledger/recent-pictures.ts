import type { AssetFacts } from '../core/types.js';
import { openToRead } from './database.js';
import { parsedObject } from './json.js';

/**
 * Facts of the pictures among the assets that the ledger got last, at most `most` of them. Changes nothing in the
 * ledger; leaves out damaged rows. Raises UsageError where there is no ledger, and what SQLite raises.
 */
export async function recentPictures(path: string, most: number): Promise<AssetFacts[]> {
  const database = await openToRead(path);
  try {
    const rows = database
      .prepare('SELECT body FROM assets WHERE sha256 IS NOT NULL AND current = 1 ORDER BY id DESC LIMIT ?')
      .all(most);
    const facts: AssetFacts[] = [];
    for (const [body] of rows) {
      const read = factsIn(body);
      if (read?.mediaType.startsWith('image/')) facts.push(read);
    }
    return facts;
  } finally {
    database.close();
  }
}

function factsIn(body: unknown): AssetFacts | undefined {
  try {
    return parsedObject<{ readonly facts: AssetFacts }>(
      body as string,
      ({ facts }) => typeof (facts as AssetFacts | undefined)?.mediaType === 'string',
    ).facts;
  } catch {
    return undefined; // `ledger check` names damaged rows.
  }
}
