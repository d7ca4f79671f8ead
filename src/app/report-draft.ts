import { randomUUID } from 'node:crypto';
import { displayUri, printable, UsageError } from '../core/index.js';
import { version } from '../files/index.js';
import { finishedReports } from '../filing/index.js';
import {
  type AuthorityName,
  assemble,
  authorities,
  authorityNames,
  buildCases,
  draftFor,
  refusals,
} from '../reports/index.js';
import type { Authority, Case } from '../reports/types.js';
import { type Drafting, type DraftingOptions, openDrafting } from './drafting.js';
import { openContext, openOperator } from './report-input.js';
import { type Around, type Surroundings, surrounded } from './surroundings.js';

/** What the drafts of reports and letters have in common. */
export interface CaseOptions extends DraftingOptions {
  /** Whose law applies; default: what the operator says. */
  readonly jurisdiction?: string | undefined;
  /** Paths of files that say what is known of the assets: JSON or CSV. */
  readonly context?: readonly string[] | undefined;
  /** A program that says what is known of an event. */
  readonly contextCommand?: string | undefined;
  /** Zone of times that name none: `UTC`, `+02:00`. */
  readonly timeZone?: string | undefined;
  /** Grade that a person gave all files. */
  readonly classification?: string | undefined;
  /** Leave the reporter out, where the law allows it. */
  readonly anonymous?: boolean | undefined;
}

/** Which detections go to which authority, and how. */
export interface DraftOptions extends CaseOptions {
  /** Who is to get the reports. */
  readonly authority?: string | undefined;
  /** One report for each of these; default: what the authority wants. */
  readonly groupBy?: string | undefined;
}

/** What was drafted. */
export interface Drafted {
  /** Detections that were named, those included that an earlier draft covers. */
  readonly detections: number;
  /** Events that must not be reported. */
  readonly refused: number;
  /** Directories that were written, one for each case. */
  readonly paths: readonly string[];
  /** False where the ledger could not take them: the same call again notes them. */
  readonly noted: boolean;
}

/** The part of a case that is decided alike for reports and letters. */
export const caseOptions = ({ timeZone, classification, anonymous }: CaseOptions) => ({
  now: Date.now(),
  toolVersion: version,
  ...(timeZone === undefined ? {} : { zone: timeZone }),
  ...(classification ? { classification: classification as NonNullable<Case['classification']> } : {}),
  ...(anonymous ? { anonymous: true } : {}),
});

/** No event was left to draft from. */
export const allRefused = (): UsageError =>
  new UsageError('nothing to draft: every event was refused, for the reasons above');

/**
 * Drafts reports for an authority, a directory for each case. Sends nothing. What must not be reported, and what was drafted
 * before, is said and left out. Needs the block `operator` of the configuration.
 * @throws UsageError where something is missing or wrong, and where every event was refused
 * @example
 * const { paths } = await draftReports({ authority: 'ncmec', events: ['events.jsonl'], drafts: 'reports' }, { config });
 */
export async function draftReports(options: DraftOptions, given: Surroundings = {}): Promise<Drafted> {
  const around = surrounded(given);
  const name = authorityNames.find((known) => known === options.authority);
  if (!name) throw new UsageError(`no receiver: give --to with one of ${authorityNames.join(', ')}`);
  const { named } = authorities[name] as Authority;
  if (options.anonymous && named !== undefined)
    throw new UsageError(`--anonymous with --to ${name}: ${named}`);
  const who = await openOperator(around.config, options);
  const drafting = await openDrafting(options, around, name, 'report draft');
  try {
    return await draftAll(name, who, drafting, { options, around });
  } finally {
    drafting.close();
  }
}

async function draftAll(
  name: AuthorityName,
  who: Pick<Case, 'operator' | 'jurisdiction'>,
  { all, events, earlier, write }: Drafting,
  { options, around }: { readonly options: DraftOptions; readonly around: Around },
): Promise<Drafted> {
  const none = { detections: all.length, refused: 0, paths: [], noted: true };
  if (all.length === 0) return none;
  const lookup = await openContext(options, events, around.signal);
  const { groupBy, statesIllegality } = authorities[name] as Authority;
  const { cases, refused } = buildCases(events, lookup, {
    ...who,
    groupBy: options.groupBy === undefined ? groupBy : (options.groupBy as Case['group']['by']),
    ...(statesIllegality ? { statesIllegality: true } : {}),
    ...caseOptions(options),
  });
  for (const { event, refusal } of refused)
    around.voice.say(`refused ${event.id} (${displayUri(event.uri)}): ${refusals[refusal]}`);
  if (cases.length === 0) {
    if (refused.length > 0) throw allRefused();
    return none;
  }
  const drafts = cases.map((found) => {
    const mates = earlier.filter(
      (one) => one.group === found.group.key && found.group.by === 'user' && found.uploader,
    );
    const whole = { ...found, priorReports: mates.flatMap(filedBefore) };
    return assemble(whole, name, draftFor(whole, name, randomUUID));
  });
  return { ...none, refused: refused.length, ...(await write(drafts)) };
}

/** Raises UsageError: a report that was filed must not be forgotten because its record is damaged. */
function filedBefore({ path, submission }: Drafting['earlier'][number]) {
  try {
    return finishedReports(submission, 'production');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(
      `${printable(path)}/submission.jsonl: ${error.message}; restore the file from a copy, or move that draft out of the directory and give its report number as uploader.priorReports in --context`,
    );
  }
}
