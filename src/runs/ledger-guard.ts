import { printable, type Voice } from '../core/index.js';
import { isDamage, type Ledger, ledgerReason } from '../ledger/index.js';

/** Evidence comes first: a run whose ledger fails goes on, says so once, and does not count as complete. */
export interface LedgerGuard {
  /** True once the ledger could not be read or written. */
  readonly broken: boolean;
  /** Runs `step`, which writes. Does nothing once the ledger is broken. */
  write(step: () => void): void;
  /**
   * Returns what `step` reads, or `otherwise` where reading fails. Other parts of a damaged ledger may still be sound.
   */
  read<T>(step: () => T, otherwise: T): T;
}

export function guardLedger({ path, damage }: Ledger, terminal: Voice): LedgerGuard {
  let broken = false;
  const lose = (error: unknown) => {
    if (!broken)
      terminal.say(`hashsieve: the ledger ${printable(path)} is lost from here on: ${ledgerReason(error)}`, {
        level: 'error',
      });
    broken = true;
  };
  return {
    get broken() {
      return broken;
    },
    write(step) {
      if (broken) return;
      try {
        step();
      } catch (error) {
        lose(error);
      }
    },
    read(step, otherwise) {
      try {
        return step();
      } catch (error) {
        // One damaged row does not make the file unusable: the run goes on using the sound rows.
        if (isDamage(error) && (error as { code?: string }).code === 'LEDGER_DAMAGED')
          damage.note(`${(error as Error).message}: it is done without`);
        else lose(error);
        return otherwise;
      }
    },
  };
}
