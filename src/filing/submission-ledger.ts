import { resolve } from 'node:path';
import { printable, UsageError } from '../core/index.js';
import { isDamage, type Ledger, ledgerReason } from '../ledger/index.js';
import { manifestDigest } from './draft-store.js';
import type { SubmissionRecord } from './submission.js';
import type { Journal } from './submission-journal.js';

/** Which draft and service the copied records belong to. */
export interface LedgerCopy {
  readonly directory: string;
  /** Text of the draft's manifest.json. */
  readonly manifest: string;
  readonly service: string;
  readonly endpoint: string;
  /** True where a person declared void what the ledger knows beyond the journal. */
  readonly startOver: boolean;
  /** Gets a line where the ledger cannot store a record. */
  warn(line: string): void;
}

/**
 * A journal that also copies every record to the ledger once it is on disk, and those that an earlier run could not
 * copy. Raises UsageError where the ledger has requests that the journal lacks, because they would be sent again.
 */
export function copiedToLedger(journal: Journal, ledger: Ledger, about: LedgerCopy): Journal {
  const manifest = manifestDigest(about.manifest);
  const directory = resolve(about.directory);
  const inLedger = recordsInLedger(ledger, manifest, about);
  const inJournal = journal.records.map((record) => JSON.stringify(record));
  const lost = sinceStart(inLedger, about).filter((line) => !inJournal.includes(line));
  if (lost.length > 0 && !about.startOver)
    throw new UsageError(
      `${printable(directory)}: the ledger knows of ${lost.length} request(s) and answer(s) of this draft that its submission.jsonl lacks; ` +
        'restore that file, or --start-over only when the service says that the report was not finished',
    );
  let hasFailed = false;
  const copy = (lines: readonly string[]) => {
    try {
      ledger.drafts.recordSubmission(manifest, directory, lines);
    } catch (error) {
      // Filing follows the journal: a failing ledger must not leave a report half filed.
      if (!hasFailed)
        about.warn(
          `not recorded in the ledger, only in submission.jsonl: ${ledgerReason(error)}; the next run adds it`,
        );
      hasFailed = true;
    }
  };
  copy(inJournal.filter((line) => !inLedger.includes(line)));
  return {
    ...journal,
    async append(record) {
      await journal.append(record);
      if (!hasFailed) copy([JSON.stringify(record)]);
    },
  };
}

/**
 * The records in the ledger. Raises UsageError where it is damaged: a request may have been sent that is no longer
 * known.
 */
function recordsInLedger(ledger: Ledger, manifest: string, about: LedgerCopy): readonly string[] {
  try {
    return ledger.drafts.submission(manifest);
  } catch (error) {
    if (!isDamage(error)) throw error;
    if (about.startOver) return [];
    throw new UsageError(
      `ledger ${printable(ledger.path)}: ${(error as Error).message}: what was sent of ${printable(about.directory)} can no longer be told, and nothing was sent now; ` +
        'mend the ledger with hashsieve ledger repair, or --start-over only when the service says that the report was not finished',
    );
  }
}

/** The records for one service, from the last `start-over` on. */
function sinceStart(lines: readonly string[], { service, endpoint }: LedgerCopy): readonly string[] {
  const own = lines.filter((line) => {
    const record = JSON.parse(line) as SubmissionRecord;
    return record.service === service && record.endpoint === endpoint;
  });
  const start = own.findLastIndex((line) => (JSON.parse(line) as SubmissionRecord).kind === 'start-over');
  return own.slice(start + 1);
}
