import type { SyncedList } from '../../../config/index.js';
import { printable, UsageError } from '../../../core/index.js';
import type { Synced } from '../../../exchanges/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { exitCodes } from '../../exit-codes.js';
import { commonOptions } from '../../options.js';

export const sync: CommandSpec = {
  name: 'sync',
  about: 'bring lists up to date from the exchanges of the configuration; a failure leaves them as they were',
  args: [{ name: '[name...]', about: 'lists of the block "exchanges" (default: all of them)' }],
  options: ['fresh', 'wait', ...commonOptions],
  examples: ['hashsieve list sync ncmec', 'hashsieve scan ./uploads --list ncmec --max-list-age 2d'],
  run: runSync,
};

async function runSync(context: CommandContext): Promise<number> {
  const { args, config, environment, terminal, signal } = context;
  const { syncedLists } = await import('../../../config/index.js');
  const { ExchangeFailure } = await import('../../../exchanges/types.js');
  const known = syncedLists(config, environment);
  if (known.size === 0)
    throw new UsageError('the configuration has no block "exchanges" (docs/lists.md, "Keep a list current")');
  const lists = (args.length > 0 ? [...new Set(args)] : [...known.keys()]).map((name) => {
    const list = known.get(name);
    if (list) return list;
    throw new UsageError(
      `there is no list "${printable(name)}" among the exchanges; known are ${[...known.keys()].join(', ')}`,
    );
  });
  let code: number = exitCodes.clean;
  for (const list of lists) {
    try {
      tellOf(list, await syncOne(list, context), context);
    } catch (error) {
      if (signal.aborted) {
        terminal.say(`hashsieve: interrupted; the next sync of ${list.name} goes on`);
        return exitCodes.interrupted;
      }
      // One list that cannot be synced takes no other with it.
      if (error instanceof UsageError) {
        terminal.say(`hashsieve: list ${list.name} is not up to date: ${error.message}`);
        code = exitCodes.usage;
        continue;
      }
      if (!(error instanceof ExchangeFailure)) throw error;
      terminal.say(
        `hashsieve: list ${list.name} is not up to date: ${printable(error.message)} (${error.code})`,
      );
      if (code === exitCodes.clean) code = exitCodes.incomplete;
    }
  }
  return code;
}

async function syncOne(list: SyncedList, context: CommandContext): Promise<Synced> {
  const { values, environment, terminal, signal } = context;
  const { setTimeout: delay } = await import('node:timers/promises');
  const { dirname, join } = await import('node:path');
  const { readListCredentials } = await import('../../../config/index.js');
  const { exchangeTypes } = await import('../../../exchanges/index.js');
  const { openService } = await import('../../../exchanges/index.js');
  const { syncList } = await import('../../../exchanges/index.js');
  const { makePrivate } = await import('../../../files/index.js');
  const { stateDirectory } = await import('../../../exchanges/index.js');
  const { algorithmBits: algorithms } = await import('../../../fingerprints/index.js');
  const { takeLock } = await import('../../../files/index.js');
  const { version } = await import('../../../files/index.js');
  const { reasonOf } = await import('../../../config/index.js');
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
    await makePrivate(dirname(list.path));
    await makePrivate(stateDirectory(list.path));
    const lock = await takeLock(join(stateDirectory(list.path), 'lock'), {
      ...(values.wait ? { wait: true } : {}),
      signal,
    });
    try {
      return await syncList({
        path: list.path,
        exchange: type.open(list.settings, { service, algorithms }),
        algorithms,
        now: () => new Date(),
        sleep: (milliseconds) => delay(milliseconds, undefined, { signal }),
        random: Math.random,
        signal,
        ...(values.fresh ? { fresh: true } : {}),
        tell: (line) => {
          if (!values.quiet) terminal.say(`${list.name}: ${line}`);
        },
      });
    } finally {
      await lock.release();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (signal.aborted || typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) throw error;
    throw new UsageError(`list ${printable(list.path)} cannot be kept: ${reasonOf(error)}`);
  } finally {
    await service.close();
  }
}

function tellOf({ name, path }: SyncedList, synced: Synced, { values, terminal }: CommandContext): void {
  if (values.quiet) return;
  const { state, report, pages, passed, changes } = synced;
  const told = [`${state.list?.entries ?? 0} entries`];
  if (!report) told.push('unchanged');
  else if (changes) told.push(`${changes.came} came, ${changes.went} went, ${changes.changed} changed`);
  if (state.upTo !== undefined) told.push(`read up to ${printable(state.upTo)}`);
  terminal.say(`${name}: ${told.join('; ')}; ${pages} pages; ${printable(path)}`);
  for (const [reason, count] of Object.entries(passed))
    terminal.say(`warning: ${name}: ${count} not kept: ${printable(reason)}`);
  if (!report) return;
  for (const [kind, count] of Object.entries(report.foreign))
    terminal.say(
      `warning: ${name}: ${count} hashes of kind ${printable(kind)} cannot be computed and are not matched`,
    );
  for (const [reason, count] of Object.entries(report.leftOut))
    terminal.say(`warning: ${name}: ${count} hashes left out: ${reason}`);
  if (report.problemCount > 0)
    terminal.say(`warning: ${name}: ${report.problemCount} entries cannot be read`);
  for (const warning of report.warnings) terminal.say(`warning: ${name}: ${warning}`);
}
