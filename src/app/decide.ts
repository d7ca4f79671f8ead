import { type Decision, printable, saidIn, UsageError } from '../core/index.js';
import { type DecisionName, type DetectionEvent, decisions } from '../core/types.js';
import { makeDecisionKey } from '../files/index.js';
import { isDamage, type Ledger } from '../ledger/index.js';
import { decisionKeyPath, type LedgerOptions, needLedger } from '../runs/index.js';
import { runContext, type Surroundings, surrounded } from './surroundings.js';

/** What a person decided. */
export interface DecideOptions extends LedgerOptions {
  /** Who decides. */
  readonly reviewer?: string | undefined;
  /** `match`, `not-a-match`, `unsure`, `test` or `handled`. */
  readonly decision?: string | undefined;
  /** Number of the report that was filed. */
  readonly reportNumber?: string | undefined;
  /** Why. */
  readonly reason?: string | undefined;
  /** The person looked at the whole file. */
  readonly viewed?: boolean | undefined;
  /** The person looked at the EXIF data. */
  readonly exifViewed?: boolean | undefined;
  /** The grade that the person gives: only after looking. */
  readonly graded?: string | undefined;
}

/** What was noted. */
export interface Decisions {
  readonly decisions: readonly Decision[];
  /** Commands that list a file as harmless, ready to copy: where somebody decided that it is no match. */
  readonly offers: readonly string[];
}

/**
 * Notes in the ledger what a person decided about detections: all of them, or none. Nothing is ever changed there; the
 * latest decision about an event counts.
 * @param events ids of events that the ledger holds
 * @throws UsageError for an id that the ledger does not hold, and where something is missing or contradictory
 * @example
 * await decide(['4f6c…'], { reviewer: 'ann', decision: 'handled', reportNumber: '123', ledger });
 */
export async function decide(
  events: readonly string[],
  options: DecideOptions,
  given: Surroundings = {},
): Promise<Decisions> {
  const around = surrounded(given);
  const answer = checkedAnswer(options);
  const context = runContext(options, around);
  const key = await requireKeyPath(context);
  const ledger = await needLedger(context, 'decide', { alongside: true });
  try {
    const found = detectionsOf(ledger, events);
    const { records } = ledger.decisions.all();
    const at = new Date().toISOString();
    const made = found.map((event): Decision => {
      const before = records.findLast((one) => one.kind === 'decision' && one.event === event.id);
      const agrees =
        before?.kind === 'decision' && before.decision === answer.decision && before.by !== answer.by;
      return {
        ...{ kind: 'decision', event: event.id, at },
        ...answer,
        ...(agrees && { agreesWith: before.by }),
        said: saidIn(event),
      };
    });
    ledger.decisions.add(made, makeDecisionKey(key));
    const offers = answer.decision === 'not-a-match' ? found.map((event) => offerOf(event, answer.by)) : [];
    return { decisions: made, offers: [...new Set(offers)] };
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw new UsageError(`nothing was noted: ${(error as Error).message}`);
  } finally {
    ledger.close();
  }
}

/** The path of the key. Raises UsageError where nothing says where it is. */
export async function requireKeyPath(context: Parameters<typeof decisionKeyPath>[0]): Promise<string> {
  const path = await decisionKeyPath(context);
  if (path === undefined)
    throw new UsageError('nothing says where the key of decisions is: name it with --decision-key FILE');
  return path;
}

function checkedAnswer(options: DecideOptions) {
  const { decision, reportNumber, graded, viewed, exifViewed } = options;
  if (!decisions.includes(decision as DecisionName))
    throw new UsageError(`what was decided? Give --decision with one of ${decisions.join(', ')}`);
  const by = requireName(options.reviewer);
  if (graded !== undefined && !viewed)
    throw new UsageError('--classification grades what somebody saw: only with --viewed');
  const note = options.reason?.trim();
  return {
    by,
    decision: decision as DecisionName,
    ...(reportNumber !== undefined && { report: reportNumber }),
    ...(note && { note }),
    fileViewed: viewed === true,
    exifViewed: exifViewed === true,
    ...(graded !== undefined && { classification: graded as NonNullable<Decision['classification']> }),
  };
}

/** The name of `--as`. Raises UsageError where there is none. */
export function requireName(name: string | undefined): string {
  const by = name?.trim();
  if (!by) throw new UsageError('who decides? Give a name with --as NAME');
  return by;
}

function detectionsOf(ledger: Ledger, ids: readonly string[]): readonly DetectionEvent[] {
  if (ids.length === 0) throw new UsageError('about which events? Give their ids');
  const wanted = [...new Set(ids)];
  const found = new Map(ledger.detections.some(wanted).map((event) => [event.id, event] as const));
  const missing = wanted.filter((id) => !found.has(id));
  if (missing.length > 0)
    throw new UsageError(
      `ledger ${printable(ledger.path)} holds no detection ${missing.map(printable).join(', ')}; nothing was noted`,
    );
  return wanted.map((id) => found.get(id)!);
}

/** One year, in milliseconds: nobody knows after that why the entry is there. */
const offered = 365 * 24 * 3_600_000;

function offerOf({ id, digests }: DetectionEvent, by: string): string {
  const until = new Date(Date.now() + offered).toISOString().slice(0, 10);
  return `hashsieve list add allow.jsonl sha256:${digests.sha256} --by ${quoted(by)} --note "no match, event ${id}" --until ${until}`;
}

/** A text as one word of a shell. */
const quoted = (text: string): string =>
  /^[\w.@+-]+$/.test(text) ? text : `'${printable(text).replaceAll("'", "'\\''")}'`;
