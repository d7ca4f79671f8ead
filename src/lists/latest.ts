import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A row that may replace, or withdraw, another of the same key. Plain JSON. */
export interface Keyed {
  readonly key: string;
  /** ISO 8601 in UTC. */
  readonly updated?: string;
  readonly deleted?: boolean;
}

/** Rows kept in memory before they go to a file. */
const spillRows = 100_000;

/**
 * Finds the standing row of every key among any number of rows in bounded memory: sorted runs on disk, merged. The
 * row that was updated last stands; where that does not decide, the one that came later. Files are readable by their
 * owner alone and are gone after `close`.
 */
export class LatestByKey<Row extends Keyed> {
  #rows = new Map<string, Row>();
  #directory: string | undefined;
  readonly #runs: string[] = [];

  /** @param parent directory for the files; the system's own for temporary files. @param limit rows in memory. */
  constructor(
    private readonly parent = tmpdir(),
    private readonly limit = spillRows,
  ) {}

  async add(row: Row): Promise<void> {
    const known = this.#rows.get(row.key);
    if (known === undefined || replaces(row, known)) this.#rows.set(row.key, row);
    if (this.#rows.size >= this.limit) await this.#spill();
  }

  async #spill(): Promise<void> {
    this.#directory ??= await mkdtemp(join(this.parent, '.hashsieve-'));
    const path = join(this.#directory, `${this.#runs.length}`);
    const rows = this.#sorted();
    await pipeline(
      function* () {
        for (const row of rows) yield `${JSON.stringify(row)}\n`;
      },
      createWriteStream(path, { mode: 0o600 }),
    );
    this.#runs.push(path);
    this.#rows = new Map();
  }

  #sorted(): Row[] {
    return [...this.#rows.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** The standing rows in the order of their keys, without those that were withdrawn. */
  async *standing(): AsyncGenerator<Row> {
    for await (const row of this.latest()) if (row.deleted !== true) yield row;
  }

  /** The latest row of every key in the order of the keys, withdrawn or not. */
  async *latest(): AsyncGenerator<Row> {
    const runs: AsyncIterator<Row>[] = [
      ...this.#runs.map((path) => readRun<Row>(path)),
      inMemory(this.#sorted()),
    ];
    const heads: (Row | undefined)[] = [];
    for (const run of runs) heads.push(await nextOf(run));
    for (;;) {
      let least: string | undefined;
      for (const head of heads) if (head && (least === undefined || head.key < least)) least = head.key;
      if (least === undefined) return;
      let standing: Row | undefined;
      for (const [at, run] of runs.entries()) {
        const head = heads[at];
        if (head?.key !== least) continue;
        if (standing === undefined || replaces(head, standing)) standing = head;
        heads[at] = await nextOf(run);
      }
      yield standing!;
    }
  }

  /** Removes the files. */
  async close(): Promise<void> {
    if (this.#directory !== undefined) await rm(this.#directory, { recursive: true, force: true });
    this.#directory = undefined;
  }
}

/**
 * True when `row`, which came after `known`, stands: it is as new or newer. An entry without a time yields to one with a
 * time, a withdrawal without one stands: an order of all rows, so that it does not matter which are compared first.
 */
export const replaces = (row: Keyed, known: Keyed): boolean => timeOf(row) >= timeOf(known);

const timeOf = ({ updated, deleted }: Keyed): string => updated ?? (deleted ? '\uffff' : '');

async function* readRun<Row>(path: string): AsyncGenerator<Row> {
  for await (const line of linesOf(path)) yield JSON.parse(line) as Row;
}

/** Lines of a file of ours, split at line feeds alone: JSON text may hold any other separator. */
export async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== '') yield rest;
}

async function* inMemory<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows;
}

async function nextOf<Row>(run: AsyncIterator<Row>): Promise<Row | undefined> {
  const next = await run.next();
  return next.done ? undefined : next.value;
}
