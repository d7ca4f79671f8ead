import { isClean, readLedger, repairLedger } from '../ledger/index.js';
import { type LedgerOptions, ledgerPath } from '../runs/index.js';
import { runContext, type Surroundings, surrounded } from './surroundings.js';

/** What the check of a ledger found. */
export interface LedgerCheck {
  /** Absolute path of the ledger. */
  readonly path: string;
  /** Number of undamaged rows. */
  readonly rows: number;
  /** Damaged places, each described in words; empty where nothing is damaged. */
  readonly damage: readonly string[];
}

/**
 * Reads every row of the ledger and changes nothing.
 * @throws UsageError where there is no ledger, or it cannot be opened
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
  /** Absolute path of the ledger. */
  readonly path: string;
  /** Absent where nothing was damaged; nothing was changed then. */
  readonly mended?: {
    /** Path of the copy of the damaged file. */
    readonly backup: string;
    /** Rows that were kept, by table. */
    readonly kept: Readonly<Record<string, number>>;
    /** Places that were lost, each described in words. */
    readonly dropped: readonly string[];
    /** True where something was lost that no scan can make again: detections, or records of notices and reports. */
    readonly isEvidenceLost: boolean;
  };
}

/** Tables that a scan can fill again. All other tables hold evidence, or say who was told of it. */
const remade: readonly string[] = ['shapes', 'crafts', 'assets', 'results', 'runs'];

/**
 * Writes the ledger anew from its undamaged rows. A copy of the damaged file stays beside it.
 * @throws UsageError where a run uses the ledger and `wait` is not set, and where no row can be read
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
