import type { NotifyConfig } from '../config/index.js';
import { printable } from '../core/index.js';
import { type Ledger, ledgerReason } from '../ledger/index.js';
import { deliver } from './deliver.js';

/** Tells the targets of the configuration what a run detects, during the run and at its end. */
export interface Messenger {
  /** Says that there may be something to tell. The targets get it within the configuration's interval. */
  nudge(): void;
  /** Tells everything that has not been told. Returns one line for each failure. */
  finish(): Promise<string[]>;
}

/**
 * Opens a messenger for a run. A long scan must not keep back its first match until it ends, and one notice for each
 * match would flood the recipients; so all matches of an interval are told together. A daily digest is only sent at the
 * end of a run.
 */
export function openMessenger(ledger: Ledger, config: NotifyConfig): Messenger {
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<unknown> = Promise.resolve();
  let isOver = false;
  const deliverAll = () =>
    deliver(ledger, config, Date.now()).catch((error: unknown) => [
      `notify: the ledger cannot be used: ${printable(ledgerReason(error))}`,
    ]);
  return {
    nudge() {
      if (isOver || timer || config.when === 'daily') return;
      timer = setTimeout(() => {
        // What fails now is tried again at the end, and reported then.
        underWay = deliverAll().finally(() => {
          timer = undefined;
        });
      }, config.interval * 1000);
    },
    async finish() {
      isOver = true;
      clearTimeout(timer);
      await underWay;
      return deliverAll();
    },
  };
}
