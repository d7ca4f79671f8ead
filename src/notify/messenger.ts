import type { NotifyConfig } from '../config/index.js';
import { printable } from '../core/index.js';
import { type Ledger, ledgerReason } from '../ledger/index.js';
import { deliver } from './deliver.js';

/** Tells the targets of the configuration what a run detects, while it runs and at its end. */
export interface Messenger {
  /** There may be something to tell: it is told within the interval of the configuration. */
  nudge(): void;
  /** Tells what has not been told; returns what failed, a line each. */
  finish(): Promise<string[]>;
}

/**
 * A long scan must not keep its first match to itself until it ends; one notice a match would bury whoever gets them. So
 * what comes within an interval goes out together. A digest a day goes out at the end of a run only.
 */
export function openMessenger(ledger: Ledger, config: NotifyConfig): Messenger {
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<unknown> = Promise.resolve();
  let isOver = false;
  const tell = () =>
    deliver(ledger, config, Date.now()).catch((error: unknown) => [
      `notify: the ledger cannot be used: ${printable(ledgerReason(error))}`,
    ]);
  return {
    nudge() {
      if (isOver || timer || config.when === 'daily') return;
      timer = setTimeout(() => {
        // What fails now is tried again, and named, at the end.
        underWay = tell().finally(() => {
          timer = undefined;
        });
      }, config.interval * 1000);
    },
    async finish() {
      isOver = true;
      clearTimeout(timer);
      await underWay;
      return tell();
    },
  };
}
