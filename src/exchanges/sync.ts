import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { printable, UsageError } from '../core/index.js';
import { makePrivate, PrivateFile, writeWhole } from '../files/index.js';
import { LatestByKey, ListReader, type ListReport } from '../lists/index.js';
import type { Algorithms, ListItem, ListRow } from '../lists/types.js';
import { type Changes, keptRow, mergeRows, readRows, rowText } from './rows.js';
import { type Pending, readState, type SyncState, stateDirectory } from './state.js';
import { type Exchange, ExchangeFailure, type Following, type KeptRow, type Place } from './types.js';

/** How one list is synced. */
export interface SyncOptions {
  /** Path of the list; its state is stored beside it. Only one process at a time may sync it. */
  readonly path: string;
  readonly exchange: Exchange;
  readonly algorithms: Algorithms;
  /** The current time. */
  readonly now: () => Date;
  /** Resolves after this many milliseconds; rejects where the signal aborts. */
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** Returns x with 0 ≤ x < 1. */
  readonly random: () => number;
  /** Ends the sync. */
  readonly signal: AbortSignal;
  /** Reads everything again, not only changes. */
  readonly fresh?: boolean;
  /** Gets a line for people now and then. */
  readonly log?: (line: string) => void;
}

/** What a sync did. */
export interface Synced {
  /** The state after the sync. */
  readonly state: SyncState;
  /** The counts of the stored list and what of it cannot be used; absent where nothing changed. */
  readonly report?: ListReport;
  /** Number of pages that were read. */
  readonly pages: number;
  /** Entries that the service sent and the list does not keep, counted by reason. */
  readonly passed: Readonly<Record<string, number>>;
  /** Absent where nothing changed. */
  readonly changes?: Changes;
}

/** Number of further tries for one page. */
const retries = 4;
/** A service that asks for a longer pause is asked again by the next sync. */
const longestPauseSeconds = 600;
/** How often a service may make us begin a round again. */
const mostRestarts = 3;
/** A whole list with less than this share of its earlier entries does not replace the old one. */
const leastShare = 0.5;

/**
 * Brings a list up to date. Writes each page to a journal, and the journal into the list once the service was read to
 * the end. Until then, and after any failure, the list stays unchanged, and the next sync continues after the last
 * complete page. Raises ExchangeFailure, UsageError for a damaged state, errors of the file system, and the signal's
 * reason.
 */
export async function syncList(options: SyncOptions): Promise<Synced> {
  const directory = stateDirectory(options.path);
  await makePrivate(dirname(options.path));
  await makePrivate(directory);
  for (const name of await readdir(directory))
    if (name.startsWith('.hashsieve-')) await rm(join(directory, name), { recursive: true, force: true });
  return new Sync(options, directory).run(await knownState(options));
}

/** The state from which to continue. Ignores that of another service, and one without its list. */
async function knownState({ path, exchange, fresh, log }: SyncOptions): Promise<SyncState> {
  const none: SyncState = { schema: 'hashsieve/sync/1', source: exchange.source };
  if (fresh) return none;
  const state = await readState(path);
  if (!state && (await exists(path)))
    throw new UsageError(
      `${printable(path)} is there already and is not the work of a sync: keep the synced list elsewhere ("path"), or replace it with --fresh`,
    );
  if (!state) return none;
  if (state.source !== exchange.source) {
    log?.('its settings have changed: reading everything anew');
    return none;
  }
  const kept = exchange.brings === 'changes' ? [path, join(stateDirectory(path), rowsName)] : [path];
  for (const file of state.syncedAt === undefined ? [] : kept)
    if (!(await exists(file))) {
      log?.('a part of what was kept is gone: reading everything anew');
      return none;
    }
  return state;
}

const rowsName = 'rows.jsonl';
const exists = (path: string) => stat(path).then(Boolean, () => false);

class Sync {
  #restarts = 0;

  constructor(
    private readonly options: SyncOptions,
    private readonly directory: string,
  ) {}

  private file(name: string): string {
    return join(this.directory, name);
  }

  async run(known: SyncState): Promise<Synced> {
    const { exchange, now } = this.options;
    let { journal, pending } = await this.#resume(known);
    try {
      await this.#save({ ...known, pending });
      for (;;) {
        const read = await this.#page(pending, journal).catch(async (error: unknown) => {
          // The page itself is wrong, so asking again does not help: the next sync begins the round again.
          if (error instanceof ExchangeFailure && wrongPage.has(error.code))
            await this.#save({ ...known, pending: withoutNext(pending) });
          throw error;
        });
        const { following, digest } = read;
        const pages = pending.pages + 1;
        const passed = sum(pending.passed, read.passed);
        if ('upTo' in following) {
          if (following.unchanged) {
            const state = { ...withoutPending(known), syncedAt: now().toISOString() };
            await this.#save(state);
            return { state, pages, passed };
          }
          return await this.#commit(known, journal, { ...pending, pages, passed }, following.upTo);
        }
        if (following.restart && ++this.#restarts > mostRestarts)
          throw new ExchangeFailure('unstable', 'the service takes its own page addresses for wrong', false);
        await journal.sync();
        const at = now().toISOString();
        const last = following.place.next !== undefined && digest !== undefined ? { digest } : {};
        pending = { ...following.place, at, journal: journal.bytes, pages, passed, ...last };
        await this.#save({ ...known, pending });
      }
    } finally {
      await journal.close().catch(() => {});
      // Removes the journal that an unchanged list leaves behind.
      if (exchange.brings === 'everything' && pending.pages === 0) await rm(journal.path, { force: true });
    }
  }

  /** Where to continue: after the last complete page, or at the start. */
  async #resume({ pending, upTo }: SyncState): Promise<{ journal: PrivateFile; pending: Pending }> {
    const { exchange, now } = this.options;
    const path = this.file('journal.jsonl');
    if (pending) {
      const journal = await PrivateFile.open(path, pending.journal).catch((error: unknown) => {
        if (error instanceof RangeError || (error as NodeJS.ErrnoException).code === 'ENOENT')
          return undefined;
        throw error;
      });
      const stale = now().getTime() - Date.parse(pending.at) > exchange.nextValidMs;
      if (journal && !stale) return { journal, pending };
      if (journal && exchange.brings === 'changes') {
        // The round begins again. Its entries in the journal come again and change nothing.
        return { journal, pending: withoutNext(pending) };
      }
      await journal?.close();
    }
    const journal = await PrivateFile.open(path);
    const at = now().toISOString();
    return { journal, pending: { ...exchange.begin(upTo, now()), at, journal: 0, pages: 0, passed: {} } };
  }

  /** Reads one page into the journal. Tries again where that may help. */
  async #page(pending: Pending, journal: PrivateFile) {
    const { exchange, signal, sleep, random } = this.options;
    const start = journal.bytes;
    const place: Place = {
      round: pending.round,
      ...(pending.next === undefined ? {} : { next: pending.next }),
    };
    for (let tries = 0; ; tries++) {
      const passed: Record<string, number> = {};
      const hash = createHash('sha256');
      let rows = 0;
      const take = async (items: readonly ListItem[]) => {
        for (const item of items) {
          if (!('hashes' in item)) {
            const reason = whyNot(item);
            passed[reason] = (passed[reason] ?? 0) + 1;
            continue;
          }
          const line = `${JSON.stringify(keptRow(item))}\n`;
          hash.update(line);
          rows++;
          await journal.append(line);
        }
      };
      try {
        signal.throwIfAborted();
        const following: Following = await exchange.page(place, take);
        const digest = rows > 0 ? hash.digest('hex') : undefined;
        if (digest !== undefined && digest === pending.digest)
          throw new ExchangeFailure('page-repeats', 'the service gave the same page twice', true);
        return { following, digest, passed: sum(passed, following.passed ?? {}) };
      } catch (error) {
        await journal.rewind(start);
        signal.throwIfAborted();
        if (!(error instanceof ExchangeFailure && error.retry && tries < retries)) throw error;
        if (error.pauseSeconds > longestPauseSeconds)
          throw new ExchangeFailure(
            error.code,
            `${error.message} and asks to be left alone for ${Math.ceil(error.pauseSeconds / 60)} minutes`,
            false,
          );
        await sleep(Math.max(1000 * 2 ** tries * (0.5 + random()), error.pauseSeconds * 1000));
      }
    }
  }

  /** Makes the new list from the old one and the journal, and puts it in its place. */
  async #commit(known: SyncState, journal: PrivateFile, pending: Pending, upTo?: string): Promise<Synced> {
    const { exchange, now, path } = this.options;
    await journal.sync();
    const syncedAt = now().toISOString();
    // The round is complete: if this process ended here, the next one would find the journal and do the same.
    const list = await PrivateFile.open(this.file('list.part'));
    const rows = exchange.brings === 'changes' ? await PrivateFile.open(this.file('rows.part')) : undefined;
    const changes: Changes = { came: 0, went: 0, changed: 0 };
    let entries = 0;
    try {
      for await (const row of this.#standing(known, journal.path, changes)) {
        await rows?.append(`${JSON.stringify(row)}\n`);
        if (row.deleted) continue;
        entries++;
        await list.append(rowText(row, this.options.algorithms));
      }
      await list.sync();
      const report = await this.#examine(list.path);
      this.#refuseShrunk(known, entries, report);
      const { hashes, categories, foreign, leftOut, problemCount } = report;
      const counts = { entries, hashes, categories, foreign, leftOut, problemCount };
      // In this order, the journal gives the same result at whatever point this process may end.
      await list.commit(path);
      await rows?.commit(this.file(rowsName));
      const { upTo: _before, ...base } = withoutPending(known);
      const state: SyncState = {
        ...base,
        syncedAt,
        ...(upTo === undefined ? {} : { upTo }),
        list: counts,
        passed: pending.passed,
      };
      await this.#save(state);
      await rm(journal.path, { force: true });
      const { pages, passed } = pending;
      return { state, report, pages, passed, ...(rows && { changes }) };
    } finally {
      for (const file of [list, rows]) {
        await file?.close().catch(() => {});
        if (file) await rm(file.path, { force: true });
      }
    }
  }

  async *#standing(known: SyncState, journal: string, changes: Changes): AsyncGenerator<KeptRow> {
    if (this.options.exchange.brings === 'everything') {
      yield* readRows(journal);
      return;
    }
    const latest = new LatestByKey<KeptRow>(this.directory);
    try {
      for await (const row of readRows(journal)) await latest.add(row);
      const path = this.file(rowsName);
      const base = readRows(path, known.syncedAt !== undefined && (await exists(path)));
      yield* mergeRows(base, latest.currentAndWithdrawn(), changes);
    } finally {
      await latest.close();
    }
  }

  /** Reads the new list as every scan will, so that what cannot be used is known before it replaces the old one. */
  async #examine(path: string): Promise<ListReport> {
    const { algorithms } = this.options;
    const stream = createReadStream(path);
    const reader = new ListReader({ path: this.options.path, stream, algorithms, format: 'jsonl' });
    for await (const _ of reader.entries()) this.options.signal.throwIfAborted();
    return reader.report();
  }

  #refuseShrunk({ list }: SyncState, entries: number, report: ListReport): void {
    if (!list) return;
    const usable = (counts: Readonly<Record<string, number>>) =>
      Object.values(counts).reduce((a, b) => a + b, 0);
    const whole = this.options.exchange.brings === 'everything';
    const shrunk = whole && list.entries >= 100 && entries < list.entries * leastShare;
    if (shrunk || (usable(list.hashes) > 0 && usable(report.hashes) === 0))
      throw new ExchangeFailure(
        'shrunk',
        `only ${entries} of ${list.entries} entries would be left, ${usable(report.hashes)} hashes of them usable: the old list stays; if that is right, sync with --fresh`,
        false,
      );
  }

  #save(state: SyncState): Promise<void> {
    return writeWhole(this.file('state.json'), `${JSON.stringify(state)}\n`);
  }
}

/** Codes of failures that lie in the page itself. */
const wrongPage = new Set(['damaged', 'page-repeats', 'bad-next']);

function withoutNext({ next: _next, digest: _digest, ...pending }: Pending): Pending {
  return pending;
}

function withoutPending({ pending: _pending, ...state }: SyncState): SyncState {
  return state;
}

function sum(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) {
  const all: Record<string, number> = { ...a };
  for (const [key, count] of Object.entries(b)) all[key] = (all[key] ?? 0) + count;
  return all;
}

const whyNot = (item: Exclude<ListItem, ListRow>): string =>
  'problem' in item ? item.problem : 'warning' in item ? item.warning : item.leftOut;
