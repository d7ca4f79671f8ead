import { isClean, readLedger, repairLedger } from '../ledger/index.js';
import { type LedgerOptions, ledgerPath } from '../runs/index.js';
import { runContext, type Surroundings, surrounded } from './surroundings.js';

/** What was found in a ledger. */
export interface LedgerCheck {
  /** Absolute. */
  readonly path: string;
  /** Rows that are as they were written. */
  readonly rows: number;
  /** What is damaged, a place each, in words; empty where nothing is. */
  readonly damage: readonly string[];
}

/**
 * Reads every row of the ledger, and changes nothing.
 * @throws UsageError where there is none, or it cannot be opened
 * @example
 * const { damage } = await checkLedgerFile({ ledger: '/var/lib/forum/ledger.sqlite' });
 */
export async function checkLedgerFile(
  options: LedgerOptions = {},
  given: Surroundings = {},
): Promise<LedgerCheck> {
  const path = await ledgerPath(runContext(options, surrounded(given)), 'ledger check');
  const checked = await readLedger(path);
  const { pages, faults, dangling, rows } = checked;
  if (isClean(checked)) return { path, rows, damage: [] };
  const damage = [
    ...faults.map(({ table, what }) => `${table}: ${what}`),
    ...pages.map((line) => `SQLite: ${line}`),
    ...dangling,
  ];
  return { path, rows, damage };
}

/** What a repair did. */
export interface LedgerRepair {
  /** Absolute. */
  readonly path: string;
  /** Absent where nothing was damaged: then nothing was changed. */
  readonly mended?: {
    /** Where the file lies as it was. */
    readonly backup: string;
    /** Rows by table. */
    readonly kept: Readonly<Record<string, number>>;
    /** What could not be kept, a place each, in words. */
    readonly dropped: readonly string[];
    /** Some of it no scan makes again: detections, or what is known of notices and reports. */
    readonly isEvidenceLost: boolean;
  };
}

/** What can be made again by a scan; all else is evidence, or says whom it was told to. */
const remade: readonly string[] = ['shapes', 'crafts', 'assets', 'results', 'runs'];

/**
 * Makes the ledger anew of every row that is as it was written; a copy of the file as it was stays beside it.
 * @throws UsageError where a run holds it and `wait` is not set, and where nothing can be read
 * @example
 * const { mended } = await repairLedgerFile({ ledger: '/var/lib/forum/ledger.sqlite' });
 */
export async function repairLedgerFile(
  options: LedgerOptions = {},
  given: Surroundings = {},
): Promise<LedgerRepair> {
  const around = surrounded(given);
  const path = await ledgerPath(runContext(options, around), 'ledger repair');
  const done = await repairLedger(path, new Date(), {
    wait: options.wait,
    signal: around.signal,
    onWait: () => {
      if (!options.quiet) around.voice.say('hashsieve: waiting for the run that uses the ledger');
    },
  });
  if (!done) return { path };
  const { backup, kept } = done;
  const lost = [...done.faults, ...done.dropped];
  const dropped = lost.map(({ table, what }) => `${table}: ${what}`);
  const isEvidenceLost = lost.some(({ table }) => !remade.includes(table));
  return { path, mended: { backup, kept, dropped, isEvidenceLost } };
}
