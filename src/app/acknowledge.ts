import { resolve } from 'node:path';
import {
  type Acknowledgement,
  displayUri,
  fileUri,
  printable,
  type UnreadFile,
  UsageError,
} from '../core/index.js';
import { makeDecisionKey } from '../files/index.js';
import { type LedgerOptions, needLedger } from '../runs/index.js';
import { requireKeyPath, requireName } from './decide.js';
import { untilOf } from './list-add.js';
import { runContext, type Surroundings, surrounded } from './surroundings.js';

/** What is acknowledged, by whom, and until when. */
export interface AcknowledgeOptions extends LedgerOptions {
  /** Who acknowledges it. */
  readonly reviewer?: string | undefined;
  /** Why it need not be told every night. */
  readonly reason?: string | undefined;
  /** The last day on which it counts. */
  readonly endsOn?: string | undefined;
  /** Id of a run, or `latest`: everything that this run could not read. */
  readonly scanId?: string | undefined;
}

/**
 * Notes in the ledger that a person knows of files that could not be read. They stay in every output, and the run is
 * complete without them until the acknowledgement ends, the file changes, or it cannot be read for another reason.
 * @param places paths or addresses, as outputs name them
 * @throws UsageError where nothing that could not be read is at one of the places
 * @example
 * await acknowledge(['old/broken.jpg'], { reviewer: 'ann', reason: 'ticket 7', endsOn: '2027-01-31', ledger });
 */
export async function acknowledge(
  places: readonly string[],
  options: AcknowledgeOptions,
  given: Surroundings = {},
): Promise<readonly Acknowledgement[]> {
  const around = surrounded(given);
  const by = requireName(options.reviewer);
  const note = options.reason?.trim();
  if (!note) throw new UsageError('why need it not be told? Give --note TEXT');
  if (options.endsOn === undefined) throw new UsageError('until when? Give --until DATE');
  const until = untilOf(options.endsOn);
  const now = new Date();
  if (Date.parse(until) <= now.getTime()) throw new UsageError('--until is over already');
  if (places.length > 0 === (options.scanId !== undefined))
    throw new UsageError(
      'acknowledge what? Give places, or --scan latest for all that the last run could not read',
    );
  const context = runContext(options, around);
  const key = await requireKeyPath(context);
  const ledger = await needLedger(context, 'acknowledge', { alongside: true });
  try {
    const unread = ledger.unread(options.scanId);
    if (!unread) throw new UsageError(`--scan ${printable(options.scanId!)}: the ledger knows no such run`);
    const files =
      places.length === 0 ? unread : places.flatMap((place) => filesAt(place, unread, around.directory));
    const at = now.toISOString();
    const made = files.map(
      (file): Acknowledgement => ({ kind: 'acknowledgement', ...file, at, by, note, until }),
    );
    if (made.length > 0) ledger.decisions.add(made, makeDecisionKey(key));
    return made;
  } finally {
    ledger.close();
  }
}

function filesAt(place: string, unread: readonly UnreadFile[], directory: string): readonly UnreadFile[] {
  const uri = fileUri(Buffer.from(resolve(directory, place)));
  const found = unread.filter((file) => [place, uri].includes(file.place));
  if (found.length > 0) return found;
  throw new UsageError(
    `the ledger knows nothing at ${displayUri(place)} that could not be read; nothing was noted`,
  );
}
