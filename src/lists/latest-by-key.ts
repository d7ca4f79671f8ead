import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { printable, UsageError } from '../core/index.js';

/** A row that may replace or withdraw another row of the same key. Plain JSON. */
export interface Keyed {
  readonly key: string;
  /** ISO 8601 in UTC. */
  readonly updated?: string;
  readonly deleted?: boolean;
}

/** How many rows are kept in memory before they are written to a file. */
const spillRows = 25_000;
/** How many bytes of each file are read at once. Hundreds of files are open at the same time. */
const runPiece = 1 << 14;

/**
 * A row in memory: its text, and what determines whether it replaces others. An object would need several times the
 * memory.
 */
interface Waiting {
  readonly updated?: string | undefined;
  readonly deleted?: boolean | undefined;
  readonly text: string;
}

/**
 * Finds the valid row of every key among any number of rows, in bounded memory: it sorts runs of rows on disk and
 * merges them. The row with the latest update wins; where two are equally recent, the one that came later. Only the
 * owner can read the files, and `close` removes them.
 */
export class LatestByKey<Row extends Keyed> {
  #rows = new Map<string, Waiting>();
  #directory: string | undefined;
  readonly #runs: string[] = [];

  /** @param parent directory for the files; the system's own for temporary files. @param limit rows in memory. */
  constructor(
    private readonly parent?: string,
    private readonly limit = spillRows,
  ) {}

  /** Adds a row. Raises UsageError where it needs the system's directory for temporary files and cannot write to it. */
  async add(row: Row): Promise<void> {
    const { key, updated, deleted } = row;
    const known = this.#rows.get(key);
    if (known === undefined || replaces(row, known))
      this.#rows.set(key, { updated, deleted, text: JSON.stringify(row) });
    if (this.#rows.size >= this.limit) await this.#spill();
  }

  async #spill(): Promise<void> {
    if (this.parent !== undefined) return this.#spillTo(this.parent);
    const parent = tmpdir();
    await this.#spillTo(parent).catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(
        `a list of this size is sorted in temporary files, which cannot be written to ${printable(parent)} (${error.code}): set TMPDIR to a directory that can be written and has room`,
      );
    });
  }

  async #spillTo(parent: string): Promise<void> {
    this.#directory ??= await mkdtemp(join(parent, '.hashsieve-'));
    const path = join(this.#directory, `${this.#runs.length}`);
    const texts = this.#sorted();
    await pipeline(
      function* () {
        for (let at = 0; at < texts.length; at += 100) yield `${texts.slice(at, at + 100).join('\n')}\n`;
      },
      createWriteStream(path, { mode: 0o600 }),
    );
    this.#runs.push(path);
    this.#rows = new Map();
  }

  #sorted(): string[] {
    return [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { text }]) => text);
  }

  /** The winning rows in the order of their keys, without those that withdraw an entry. */
  async *current(): AsyncGenerator<Row> {
    for await (const row of this.currentAndWithdrawn()) if (row.deleted !== true) yield row;
  }

  /** The winning row of every key in the order of the keys, including those that withdraw an entry. */
  async *currentAndWithdrawn(): AsyncGenerator<Row> {
    const runs: AsyncIterator<Row>[] = [
      ...this.#runs.map((path) => linesOf(path, runPiece)),
      inMemory(this.#sorted()),
    ].map(rowsOf<Row>);
    /** The next row of every run that has one, sorted by key; of equal keys the earlier run comes first. */
    const heads: Head<Row>[] = [];
    for (const [run, rows] of runs.entries()) await advance(rows, run, heads);
    try {
      let standing: Row | undefined;
      for (let head = heads.shift(); head; head = heads.shift()) {
        if (standing !== undefined && standing.key !== head.row.key) {
          yield standing;
          standing = undefined;
        }
        if (standing === undefined || replaces(head.row, standing)) standing = head.row;
        await advance(runs[head.run]!, head.run, heads);
      }
      if (standing !== undefined) yield standing;
    } finally {
      for (const run of runs) await run.return?.();
    }
  }

  /** Removes the files. */
  async close(): Promise<void> {
    if (this.#directory !== undefined) await rm(this.#directory, { recursive: true, force: true });
    this.#directory = undefined;
  }
}

interface Head<Row> {
  readonly row: Row;
  readonly run: number;
}

/** Inserts the next row of a run among the heads. */
async function advance<Row extends Keyed>(rows: AsyncIterator<Row>, run: number, heads: Head<Row>[]) {
  const next = await rows.next();
  if (next.done) return;
  const row = next.value;
  let [low, high] = [0, heads.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const head = heads[middle]!;
    if (head.row.key < row.key || (head.row.key === row.key && head.run < run)) low = middle + 1;
    else high = middle;
  }
  heads.splice(low, 0, { row, run });
}

/**
 * True where `row`, which came after `known`, replaces it: it is as recent or more so. An entry without a time loses to
 * one with a time; a withdrawal without a time wins. This is a total order, so it does not matter which rows are
 * compared first.
 */
export const replaces = (row: Times, known: Times): boolean => timeOf(row) >= timeOf(known);

type Times = Pick<Waiting, 'updated' | 'deleted'>;

const timeOf = ({ updated, deleted }: Times): string => updated ?? (deleted ? '\uffff' : '');

async function* rowsOf<Row>(lines: AsyncIterable<string>): AsyncGenerator<Row> {
  for await (const line of lines) yield JSON.parse(line) as Row;
}

/** The lines of one of our own files, split at line feeds alone: JSON text may contain any other separator. */
export async function* linesOf(path: string, highWaterMark = 1 << 16): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== '') yield rest;
}

async function* inMemory(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}
