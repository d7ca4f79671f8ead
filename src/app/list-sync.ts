import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readListCredentials, reasonOf, type SyncedList, syncedLists } from '../config/index.js';
import { printable, UsageError } from '../core/index.js';
import type { Synced } from '../exchanges/index.js';
import { type Exchange, ExchangeFailure } from '../exchanges/types.js';
import { makePrivate, takeLock, version } from '../files/index.js';
import { algorithmBits as algorithms } from '../fingerprints/index.js';
import { type Around, type Surroundings, surrounded } from './surroundings.js';

export interface SyncOptions {
  /** Read everything anew, not only what changed. */
  readonly fresh?: boolean | undefined;
  /** Wait for another process that syncs the list. */
  readonly wait?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** How the sync of one list ended. But for `synced`, its file is as it was. */
export type SyncOutcome = { readonly name: string } & (
  | { readonly outcome: 'synced'; readonly path: string; readonly synced: Synced }
  /** The exchange could not be asked, or gave no usable answer; `code` as docs/lists.md has it. */
  | { readonly outcome: 'failed'; readonly message: string; readonly code: string }
  /** Something is wrong with the configuration, the credentials or the place of the file. */
  | { readonly outcome: 'refused'; readonly message: string }
  /** The caller ended it: the next sync goes on. */
  | { readonly outcome: 'interrupted' }
);

/**
 * Brings lists up to date from the exchanges of the configuration, one after the other. A list that cannot be synced takes
 * no other with it.
 * @param names of lists of the block `exchanges`; none: all of them
 * @throws UsageError where there is no such list
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

/** Raises UsageError. */
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

/** Raises ExchangeFailure, and UsageError where the list cannot be kept. */
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

/** Syncs while no other process does. */
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
      tell: (line) => {
        if (!quiet) voice.say(`${name}: ${line}`);
      },
    });
  } finally {
    await lock.release();
  }
}
