import { createHash } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { notifyConfig } from '../config/index.js';
import { emptySummary, printable } from '../core/index.js';
import type { DetectionEvent, ScanResult, UploadFacts } from '../core/types.js';
import { version } from '../files/index.js';
import type { LedgerRun } from '../ledger/index.js';
import type { AnswerStore, KeptAnswer } from '../matchers/types.js';
import { type LedgerOptions, ledgerPath } from '../runs/index.js';
import type { Scanner } from '../scanner/index.js';
import { type Around, runContext } from './surroundings.js';

/** Where the matches of uploads are noted, and from where targets are told. */
export interface UploadLedger {
  /** Path of the ledger. */
  readonly path: string;
  /** What matching services answered before. Where it cannot be read or written, they are asked again. */
  readonly answers: AnswerStore;
  /** Ends the run: the lists changed. The next match begins another. */
  renew(): void;
  /**
   * Notes the matches among the results, with the outbox of every target, and returns their events. All of it is on
   * disk when this returns. Raises what SQLite raises, for example on a full disk.
   */
  note(results: readonly ScanResult[], scanner: Scanner, upload: UploadFacts): DetectionEvent[];
  /** Why matches could not be noted now; undefined where they can. */
  trouble(): Promise<string | undefined>;
  /** Tells the targets of what waits. Returns one line for each failure. */
  close(): Promise<readonly string[]>;
}

/** Free bytes on the ledger's disk below which the service is not ready. */
const leastFree = 50_000_000;

/** How often notices that could not be delivered are tried again, and daily ones are looked at: milliseconds. */
const retryMs = 15 * 60_000;

/** Opens the ledger for uploads, beside the scans that use it. Raises UsageError where there can be none. */
export async function openUploadLedger(options: LedgerOptions, around: Around): Promise<UploadLedger> {
  const path = await ledgerPath(runContext(options, around), 'serve');
  const { Ledger, ledgerReason } = await import('../ledger/index.js');
  const { deliver, openMessenger } = await import('../notify/index.js');
  const ledger = await Ledger.open(path, { alongside: true, signal: around.signal });
  ledger.damage.onDamage = (what) =>
    around.voice.say(`hashsieve: ledger ${printable(path)}: ${what}`, { level: 'error' });
  const config = notifyConfig(around.config);
  ledger.targets = config?.targets.map(({ name }) => name) ?? [];
  const messenger = config && openMessenger(ledger, config);
  const tell = (lines: readonly string[]) => {
    for (const line of lines) around.voice.say(`hashsieve: ${line}`, { level: 'error' });
  };
  const timer =
    config &&
    setInterval(() => {
      deliver(ledger, config, Date.now()).then(tell, (error: unknown) => tell([String(error)]));
    }, retryMs);
  let run: LedgerRun | undefined;
  const begin = ({ lists }: Scanner): LedgerRun => {
    const key = createHash('sha256')
      .update(JSON.stringify({ version, name: 'serve', lists }))
      .digest('hex');
    return ledger.begin({ command: 'scan', key, tool: version, lists }, Date.now(), true);
  };
  const renew = () => {
    const before = run;
    run = undefined;
    try {
      if (before) ledger.end(before, emptySummary(), false, Date.now());
    } catch (error) {
      // Its detections are noted. That it ended is not, as after a crash.
      tell([`the end of a run is not noted in the ledger: ${ledgerReason(error)}`]);
    }
  };
  const attempt = <T>(work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch (error) {
      tell([`what matching services answered is not kept: ${ledgerReason(error)}`]);
      return otherwise;
    }
  };
  return {
    path,
    renew,
    answers: {
      recall: (identity, sets) =>
        attempt(() => ledger.answers.recall(identity, sets) as (KeptAnswer | undefined)[], []),
      keep: (identity, answers) => attempt(() => ledger.answers.keep(identity, answers), undefined),
    },
    note(results, scanner, upload) {
      const matched = results.filter((result) => result.outcome === 'matched');
      if (matched.length === 0) return [];
      const now = new Date();
      run ??= begin(scanner);
      const { id } = run;
      const events = matched.map((result) => ({ ...scanner.event(result, id, now), upload }));
      for (const event of events) run.detect(event, now.getTime());
      messenger?.nudge();
      return events;
    },
    async trouble() {
      try {
        ledger.database.transact(() => {});
      } catch (error) {
        return `the ledger cannot be written: ${ledgerReason(error)}`;
      }
      const disk = await statfs(dirname(path)).catch(() => undefined);
      return disk && disk.bavail * disk.bsize < leastFree ? "the ledger's disk is nearly full" : undefined;
    },
    async close() {
      clearInterval(timer);
      const failures = (await messenger?.finish()) ?? [];
      renew();
      ledger.close();
      return failures;
    },
  };
}
