import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readListCredentials, reasonOf, type SyncedList, syncedLists } from '../config/index.js';
import { printable, UsageError } from '../core/index.js';
import type { Synced } from '../exchanges/index.js';
import { type Exchange, ExchangeFailure } from '../exchanges/types.js';
import { makePrivate, takeLock, version } from '../files/index.js';
import { algorithmBits as algorithms } from '../fingerprints/index.js';
import { type Around, type Surroundings, surrounded } from './surroundings.js';

/** How lists are synced. */
export interface SyncOptions {
  /** Reads the whole list again, not only what changed. */
  readonly fresh?: boolean | undefined;
  /** Waits while another process syncs the list. */
  readonly wait?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** How the sync of one list ended. Only `synced` may have changed its file. */
export type SyncOutcome = { readonly name: string } & (
  | { readonly outcome: 'synced'; readonly path: string; readonly synced: Synced }
  /** The exchange could not be reached, or gave no usable answer. The values of `code` are in docs/lists.md. */
  | { readonly outcome: 'failed'; readonly message: string; readonly code: string }
  /** The configuration or the credentials are wrong, or the file cannot be put in its place. */
  | { readonly outcome: 'refused'; readonly message: string }
  /** The caller aborted the sync; the next one continues it. */
  | { readonly outcome: 'interrupted' }
);

/**
 * Syncs lists from the exchanges of the configuration, one after the other. Goes on with the next list where one fails.
 * @param names names of lists from the block `exchanges`; empty: all lists
 * @throws UsageError for a name that the block does not have
 * @example
 * for await (const { name, outcome } of syncLists(['ncmec'], {}, { config, environment: process.env }))
 *   console.log(name, outcome);
 */
export async function* syncLists(
  names: readonly string[],
  options: SyncOptions = {},
  given: Surroundings = {},
): AsyncGenerator<SyncOutcome> {
  const around = surrounded(given);
  for (const list of listsNamed(names, around)) {
    const { name, path } = list;
    try {
      yield { name, outcome: 'synced', path, synced: await syncOne(list, options, around) };
    } catch (error) {
      if (around.signal.aborted) return yield { name, outcome: 'interrupted' };
      if (error instanceof UsageError) yield { name, outcome: 'refused', message: error.message };
      else if (error instanceof ExchangeFailure)
        yield { name, outcome: 'failed', message: error.message, code: error.code };
      else throw error;
    }
  }
}

/** The lists of these names, or all lists. Raises UsageError for an unknown name. */
function listsNamed(names: readonly string[], { config, environment }: Around): readonly SyncedList[] {
  const known = syncedLists(config, environment);
  if (known.size === 0)
    throw new UsageError('the configuration has no block "exchanges" (docs/lists.md, "Keep a list current")');
  return (names.length > 0 ? [...new Set(names)] : [...known.keys()]).map((name) => {
    const list = known.get(name);
    if (list) return list;
    throw new UsageError(
      `there is no list "${printable(name)}" among the exchanges; known are ${[...known.keys()].join(', ')}`,
    );
  });
}

/** Syncs one list. Raises ExchangeFailure, and UsageError where the list cannot be written. */
async function syncOne(list: SyncedList, options: SyncOptions, around: Around): Promise<Synced> {
  const { environment, signal } = around;
  const { exchangeTypes, openService } = await import('../exchanges/index.js');
  const type = exchangeTypes[list.type];
  const credentials = await readListCredentials(list, type, environment);
  const service = openService({
    url: type.url(list.settings),
    authorization: type.authorization(credentials),
    userAgent: `hashsieve/${version}`,
    allowPrivate: list.allowPrivate,
    timeoutSeconds: list.timeoutSeconds,
    maxBytes: list.maxBytes,
    signal,
  });
  try {
    const exchange = type.open(list.settings, { service, algorithms });
    return await syncFrom(exchange, list, options, around);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (signal.aborted || typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) throw error;
    throw new UsageError(`list ${printable(list.path)} cannot be kept: ${reasonOf(error)}`);
  } finally {
    await service.close();
  }
}

/** Holds the list's lock while it syncs. */
async function syncFrom(
  exchange: Exchange,
  { name, path }: SyncedList,
  { fresh, wait, quiet }: SyncOptions,
  { voice, signal }: Around,
): Promise<Synced> {
  const { stateDirectory, syncList } = await import('../exchanges/index.js');
  await makePrivate(dirname(path));
  await makePrivate(stateDirectory(path));
  const lock = await takeLock(join(stateDirectory(path), 'lock'), {
    ...(wait ? { wait: true } : {}),
    signal,
  });
  try {
    return await syncList({
      path,
      exchange,
      algorithms,
      now: () => new Date(),
      sleep: (milliseconds) => delay(milliseconds, undefined, { signal }),
      random: Math.random,
      signal,
      ...(fresh ? { fresh: true } : {}),
      log: (line) => {
        if (!quiet) voice.say(`${name}: ${line}`);
      },
    });
  } finally {
    await lock.release();
  }
}
