import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../core/errors.js';
import { printable } from '../core/uri.js';
import type { Ledger } from '../ledger/index.js';
import type { CommandContext } from './command.js';

/**
 * Opens the ledger that the command line names, or the platform's where `wanted`. Undefined where there is to be none.
 * Raises UsageError where a ledger that was asked for cannot be had; one that nobody asked for is gone without, said
 * on standard error with what follows from it (`without`), unless another run holds it.
 */
export async function openLedger(
  context: CommandContext,
  wanted: boolean,
  { alongside = false, without = 'every file is read anew' } = {},
): Promise<Ledger | undefined> {
  const { values, terminal, environment, signal } = context;
  const asked = (values.useLedger !== false && values.ledger) || undefined;
  if (!asked && (!wanted || values.useLedger === false)) return undefined;
  const { defaultLedgerPath, Ledger, LedgerMissing, LedgerUnusable } = await import('../ledger/index.js');
  const path = asked ? resolve(asked) : defaultLedgerPath(process.platform, environment);
  if (path === undefined) return undefined;
  try {
    const ledger = await Ledger.open(path, {
      alongside,
      wait: values.wait,
      signal,
      onWait: () => {
        if (!values.quiet) terminal.say('hashsieve: waiting for the run that uses the ledger');
      },
    });
    return tellingDamage(ledger, context);
  } catch (error) {
    if (asked || !(error instanceof LedgerMissing || error instanceof LedgerUnusable)) throw error;
    if (!values.quiet) terminal.say(`hashsieve: no ledger, ${without}: ${error.message}`);
    return undefined;
  }
}

/** As `openLedger`, for what cannot be done without: `alongside` a run, where the ledger must be there already. */
export async function needLedger(
  context: CommandContext,
  what: string,
  { alongside = false } = {},
): Promise<Ledger> {
  if (context.values.useLedger === false)
    throw new UsageError(`${what} needs the ledger: leave out --no-ledger`);
  const { Ledger } = await import('../ledger/index.js');
  const file = await ledgerPath(context, what);
  if (alongside && !existsSync(file))
    throw new UsageError(`${what} needs a ledger, and there is none at ${printable(file)}: scan first`);
  const ledger = await Ledger.open(file, { alongside, wait: context.values.wait, signal: context.signal });
  return tellingDamage(ledger, context);
}

/** The ledger that the command line names, else the platform's. Raises UsageError where there is neither. */
export async function ledgerPath({ values, environment }: CommandContext, what: string): Promise<string> {
  const { defaultLedgerPath } = await import('../ledger/location.js');
  const path = values.ledger ?? defaultLedgerPath(process.platform, environment);
  if (path === undefined) throw new UsageError(`${what} needs a ledger: name it with --ledger FILE`);
  return resolve(path);
}

/** Lines about damage; the rest is counted by `ledger check`. */
const mostTold = 20;

/** Says what of the ledger is damaged, also under --quiet: what was remembered of it is lost. */
function tellingDamage(ledger: Ledger, { terminal, noteDamage }: CommandContext): Ledger {
  ledger.damage.tell = (what) => {
    noteDamage?.();
    const { found } = ledger.damage;
    if (found <= mostTold) terminal.say(`hashsieve: ledger ${printable(ledger.path)}: ${what}`);
    if (found === 1)
      terminal.say(
        'hashsieve: hashsieve ledger check says what else is damaged, hashsieve ledger repair mends it',
      );
    if (found === mostTold + 1) terminal.say('hashsieve: more of the ledger is damaged');
  };
  return ledger;
}
