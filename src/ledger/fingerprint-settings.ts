import type { FingerprintSettings } from '../core/index.js';
import { Damage } from './damage.js';
import type { Database } from './driver.js';
import { isText, parsedObject } from './json.js';
import { tables } from './tables.js';

const columns = tables.crafts.reader(['id', 'tool', 'look', 'recipes']);

/**
 * The settings with which assets were fingerprinted. There are few, so the ledger keeps each once, in its table
 * `crafts`, and assets refer to it.
 */
export class StoredSettings {
  readonly #byNumber = new Map<number, FingerprintSettings>();
  readonly #numbers = new Map<string, number>();
  readonly #get;
  readonly #find;
  readonly #insert;

  constructor(private readonly database: Database) {
    this.#get = database.prepare(`SELECT ${columns.list} FROM crafts WHERE id = ?`);
    this.#find = database.prepare('SELECT id FROM crafts WHERE tool = ? AND look = ? AND recipes = ?');
    this.#insert = database.prepare(
      'INSERT INTO crafts (id, tool, look, recipes, sum) VALUES (@id, @tool, @look, @recipes, @sum)',
    );
  }

  forget(): void {
    this.#numbers.clear();
    this.#byNumber.clear();
  }

  /** The settings of a number. Raises Damage where there is none. */
  of(number: number): FingerprintSettings {
    const held = this.#byNumber.get(number);
    if (held) return held;
    const { tool, look, recipes } = this.#read(number);
    const settings = {
      tool,
      look,
      recipes: parsedObject<Record<string, string>>(recipes, (all) => Object.values(all).every(isText)),
    };
    this.#byNumber.set(number, settings);
    return settings;
  }

  /**
   * The number of these settings. It writes new ones within the transaction of the asset. Raises Damage where their
   * row is damaged.
   */
  numberOf({ tool, look, recipes }: FingerprintSettings): number {
    const values = { tool, look, recipes: JSON.stringify(recipes) };
    const key = JSON.stringify(values);
    const held = this.#numbers.get(key);
    if (held !== undefined) return held;
    const found = this.#find.get(tool, look, values.recipes)?.[0] as number | undefined;
    const number = found ?? this.#write(values);
    const row = this.#read(number);
    if (row.tool !== tool || row.look !== look || row.recipes !== values.recipes)
      throw new Damage('an index of its table crafts is damaged');
    this.#numbers.set(key, number);
    return number;
  }

  #write(values: { tool: string; look: string; recipes: string }): number {
    const id = this.database.value('SELECT coalesce(max(id), 0) + 1 FROM crafts') as number;
    const row = { id, ...values };
    this.#insert.run({ ...row, sum: tables.crafts.seal(row) });
    return id;
  }

  #read(number: number) {
    const row = this.#get.get(number);
    if (!row) throw new Damage('a row of its table crafts is missing');
    return columns.read(row);
  }
}
