import { printable, type Voice } from '../core/index.js';
import { isDamage, type Ledger, ledgerReason } from '../ledger/index.js';

/** Evidence comes first: a run whose ledger is lost goes on, says so once, and does not count as complete. */
export interface LedgerGuard {
  /** True once the ledger could not be read or written. */
  readonly broken: boolean;
  /** Writes; nothing any more once the ledger is broken. */
  write(step: () => void): void;
  /** What `step` reads, or `otherwise` where it cannot. Other places of a damaged ledger may well be whole. */
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
        // A damaged row is not a damaged file: what is whole goes on being used.
        if (isDamage(error) && (error as { code?: string }).code === 'LEDGER_DAMAGED')
          damage.note(`${(error as Error).message}: it is done without`);
        else lose(error);
        return otherwise;
      }
    },
  };
}
