import { dirname, resolve } from 'node:path';
import { printable, UsageError } from '../core/index.js';
import { isDamage, type Ledger } from '../ledger/index.js';
import { draftFacts, earlierDrafts } from './draft-store.js';
import { finishedReports, progressOf, type Service, type SubmissionRecord } from './submission.js';

/** The service that a draft is filed with, and its record so far. */
interface FilingState {
  readonly service: Service;
  readonly endpoint: string;
  readonly records: readonly SubmissionRecord[];
}

/**
 * Raises UsageError where other drafts, found beside this one or in the ledger, were filed with the service and cover
 * events of this one. Whether this draft itself was filed is in its own record.
 */
export async function refuseFiledBefore(
  directory: string,
  manifest: string,
  { service, endpoint, records }: FilingState,
  ledger: Ledger | undefined,
): Promise<void> {
  const facts = draftFacts(manifest)!;
  const { events, manifest: digest } = facts;
  const known = ledger ? knownTo(ledger, facts.authority, events) : [];
  // Notes a draft that was made without the ledger, so that later drafts find it.
  if (ledger && !known.some((one) => one.manifest === digest))
    note(ledger, { ...facts, directory: resolve(directory) });
  // Once finish was sent for a draft, only finish is sent again, so the check is not needed.
  const { finished, openFinishes } = progressOf(records, service, endpoint);
  if (finished !== undefined || openFinishes > 0) return;
  const elsewhere = known.map((one) => ({
    path: one.directory,
    manifest: one.manifest,
    events: one.events,
    submission: ledger!.drafts.submission(one.manifest).join('\n'),
  }));
  for (const one of [...elsewhere, ...(await earlierDrafts(dirname(resolve(directory))))]) {
    const shared = one.manifest === digest ? [] : one.events.filter((event) => events.includes(event));
    if (shared.length === 0) continue;
    const [report] = reportsOf(one.path, one.submission, service);
    if (report !== undefined)
      throw new UsageError(
        `${shared.length} of ${events.length} event(s) of this draft were filed before, as report ${report}, from ${printable(one.path)} ` +
          `(${shared[0]}${shared.length > 1 ? ', …' : ''}): nothing was sent; file them once more with --again`,
      );
  }
}

/** Drafts that the ledger knows. Raises UsageError where damage may hide what was filed. */
function knownTo(ledger: Ledger, authority: string, events: readonly string[]) {
  try {
    ledger.drafts.check(events);
    return ledger.drafts.of(authority);
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw new UsageError(
      `ledger ${printable(ledger.path)}: ${(error as Error).message}: what was filed before can no longer be told, and nothing was sent; ` +
        'look at the submission.jsonl of earlier drafts, mend the ledger with hashsieve ledger repair, and file with --again what was not filed',
    );
  }
}

function note(ledger: Ledger, draft: Parameters<Ledger['drafts']['record']>[0][number]): void {
  try {
    ledger.drafts.record([draft]);
  } catch {
    // A failing ledger must not keep a report from being filed. Copying the records to it reports the failure.
  }
}

function reportsOf(path: string, submission: string, service: Service): readonly number[] {
  try {
    return finishedReports(submission, service);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(
      `${printable(path)}/submission.jsonl: ${error.message}; it tells what was filed: restore it before you go on`,
    );
  }
}
