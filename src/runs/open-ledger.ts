import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { printable, UsageError } from '../core/index.js';
import type { Ledger } from '../ledger/index.js';
import type { LedgerOptions, RunContext } from './context.js';

type LedgerContext = Pick<
  RunContext<LedgerOptions>,
  'values' | 'terminal' | 'environment' | 'signal' | 'noteDamage'
>;

/**
 * Opens the ledger that the command line names, or else, where `wanted`, the platform's. Returns undefined where the
 * run needs no ledger. Raises UsageError where a ledger that the user asked for cannot be opened. Without the default
 * ledger the run goes on, and says on standard error what follows (`without`), unless another process has it to itself:
 * that is a UsageError too. `need` says what requires a ledger.
 */
export async function openLedger(
  context: LedgerContext,
  wanted: boolean,
  {
    alongside = false,
    without = 'every file is read anew',
    need,
  }: {
    readonly alongside?: boolean;
    readonly without?: string;
    readonly need?: LedgerNeed | undefined;
  } = {},
): Promise<Ledger | undefined> {
  const { values, terminal, environment, signal } = context;
  if (need && values.useLedger === false) throw withoutLedger(need, 'leave out --no-ledger');
  const asked = (values.useLedger !== false && values.ledger) || undefined;
  if (!asked && (!wanted || values.useLedger === false)) return undefined;
  const { defaultLedgerPath, Ledger, LedgerMissing, LedgerUnusable } = await import('../ledger/index.js');
  const path = asked ? resolve(asked) : defaultLedgerPath(process.platform, environment);
  if (path === undefined && need) throw withoutLedger(need, 'name one with --ledger FILE');
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
    return await prepared(ledger, context);
  } catch (error) {
    if (!(error instanceof LedgerMissing || error instanceof LedgerUnusable)) throw error;
    if (need) throw withoutLedger(need, error.message);
    if (asked) throw error;
    if (!values.quiet)
      terminal.say(`hashsieve: no ledger, ${without}: ${error.message}`, { level: 'warning' });
    return undefined;
  }
}

/** What of a call cannot do without a ledger, in words for the user. */
export interface LedgerNeed {
  /** The option, or what the call lacks. */
  readonly what: string;
  /** What the ledger does for it. */
  readonly purpose: string;
  /** How to do without a ledger. */
  readonly instead: string;
}

/** The error for a call that requires the ledger. It says why there is none, or how to have one. */
export const withoutLedger = ({ what, purpose, instead }: LedgerNeed, why: string): UsageError =>
  new UsageError(`${what} needs the ledger, ${purpose}: ${why}; or ${instead}`);

/**
 * As `openLedger`, for a command that requires a ledger. With `alongside`, a run may be using the ledger, which must
 * exist.
 */
export async function needLedger(
  context: LedgerContext,
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
  return prepared(ledger, context);
}

/** The path that the command line names, or else the platform's. Raises UsageError where there is neither. */
export async function ledgerPath({ values, environment }: LedgerContext, what: string): Promise<string> {
  const { defaultLedgerPath } = await import('../files/index.js');
  const path = values.ledger ?? defaultLedgerPath(process.platform, environment);
  if (path === undefined) throw new UsageError(`${what} needs a ledger: name it with --ledger FILE`);
  return resolve(path);
}

/** How many damages are reported one by one; `ledger check` counts the rest. */
const mostReported = 20;

/** Hands a ledger what it needs from outside: whom to tell of damage, and the key of what people decided. */
async function prepared(ledger: Ledger, context: LedgerContext): Promise<Ledger> {
  reportingDamage(ledger, context);
  try {
    const { readDecisionKey } = await import('../files/index.js');
    const path = await decisionKeyPath(context);
    if (path === undefined) return ledger;
    ledger.decisions.keyPath = printable(path);
    ledger.decisions.key = readDecisionKey(path);
    return ledger;
  } catch (error) {
    ledger.close();
    throw error;
  }
}

/** The path of the key that the command line names, or else the platform's; undefined where there is neither. */
export async function decisionKeyPath({
  values,
  environment,
}: Pick<LedgerContext, 'values' | 'environment'>): Promise<string | undefined> {
  const { defaultDecisionKeyPath } = await import('../files/index.js');
  const path = values.decisionKey ?? defaultDecisionKeyPath(process.platform, environment);
  return path === undefined ? undefined : resolve(path);
}

/** Reports damage of the ledger, also under --quiet, because what the ledger remembered there is lost. */
function reportingDamage(ledger: Ledger, { terminal, noteDamage }: LedgerContext): Ledger {
  ledger.damage.onDamage = (what) => {
    noteDamage?.();
    const { found } = ledger.damage;
    if (found <= mostReported)
      terminal.say(`hashsieve: ledger ${printable(ledger.path)}: ${what}`, { level: 'error' });
    if (found === 1)
      terminal.say(
        'hashsieve: hashsieve ledger check says what else is damaged, hashsieve ledger repair mends it',
        { level: 'error' },
      );
    if (found === mostReported + 1)
      terminal.say('hashsieve: more of the ledger is damaged', { level: 'error' });
  };
  return ledger;
}
