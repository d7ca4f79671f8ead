import type { DamageLog } from './damage.js';
import type { Database, Row } from './driver.js';
import { parsedArray } from './json.js';
import { readRows, rowsFor } from './salvage.js';
import { tables } from './tables.js';

/** What is remembered of one set of questions to a matching service. */
export interface RememberedAnswer {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Hits, as the room `matchers` wrote them; empty where nothing matched. */
  readonly hits: readonly object[];
}

const columns = tables.answers.whole();
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const lost = 'an answer of a matching service is damaged: the service is asked again';

/** The answers of matching services. A damaged one counts as none. */
export class Answers {
  readonly #recall;

  constructor(
    private readonly database: Database,
    private readonly damage: DamageLog,
  ) {
    this.#recall = database.prepare(
      `SELECT wanted.key, ${columns.list} FROM json_each(?) AS wanted
       CROSS JOIN answers ON service = ? AND asked = wanted.value`,
    );
  }

  /** The answer to each set of questions, by its name: hex. */
  recall(service: string, sets: readonly string[]): (RememberedAnswer | undefined)[] {
    const found = new Array<RememberedAnswer | undefined>(sets.length);
    const note = () => this.damage.note(lost);
    const read = (row: Row) => {
      const { hits, at } = columns.read(row, 1);
      found[row[0] as number] = { at, hits: parsedArray(hits, isObject) };
    };
    readRows(rowsFor(this.#recall, sets, [service], note), read, this.damage, () => lost);
    return found;
  }

  /** Remembers answers, in place of earlier ones. */
  keep(service: string, answers: readonly (RememberedAnswer & { readonly set: string })[]): void {
    const insert = this.database.prepare(
      `INSERT INTO answers (service, asked, hits, at, sum) VALUES (@service, @asked, @hits, @at, @sum)
       ON CONFLICT DO UPDATE SET hits = excluded.hits, at = excluded.at, sum = excluded.sum`,
    );
    this.database.transact(() => {
      for (const { set, hits, at } of answers) {
        const row = { service, asked: set, hits: JSON.stringify(hits), at };
        insert.run({ ...row, sum: tables.answers.seal(row) });
      }
    });
  }
}
