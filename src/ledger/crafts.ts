import type { Craft } from '../core/memory.js';
import type { Database } from './database.js';

/** How assets were fingerprinted: a few ways, each of them kept once. */
export class Crafts {
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
