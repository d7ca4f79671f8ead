import { randomUUID } from 'node:crypto';
import { displayUri, UsageError } from '../core/index.js';
import { version } from '../files/index.js';
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
import { type Drafting, type DraftingOptions, filedBefore, openDrafting } from './drafting.js';
import { openContext, openOperator } from './report-input.js';
import { withLooks } from './reviews.js';
import { type Around, type Surroundings, surrounded } from './surroundings.js';

/** The options that drafts of reports and drafts of letters share. */
export interface CaseOptions extends DraftingOptions {
  /** Whose law applies. Default: the operator's jurisdiction in the configuration. */
  readonly jurisdiction?: string | undefined;
  /** Paths of files that say what is known of the assets: JSON or CSV. */
  readonly context?: readonly string[] | undefined;
  /** A program that says what is known of an event. */
  readonly contextCommand?: string | undefined;
  /** Time zone of times that name none: `UTC`, `+02:00`. */
  readonly timeZone?: string | undefined;
  /** The grade that a person gave to all files. */
  readonly classification?: string | undefined;
  /** Leaves the reporter's name out, where the law allows that. */
  readonly anonymous?: boolean | undefined;
}

/** Which detections go to which authority, and how they are grouped. */
export interface DraftOptions extends CaseOptions {
  /** Name of the authority that gets the reports. */
  readonly authority?: string | undefined;
  /** Makes one report for each user, upload, run or the like. Default: the authority's own rule. */
  readonly groupBy?: string | undefined;
}

/** What was drafted. */
export interface Drafted {
  /** Number of detections that were read, including those that an earlier draft covers. */
  readonly detections: number;
  /** Number of events that must not be reported. */
  readonly refused: number;
  /** Paths of the directories that were written, one for each case. */
  readonly paths: readonly string[];
  /** False where the ledger could not store the drafts; calling it again stores them. */
  readonly noted: boolean;
}

/** The case options that reports and letters derive in the same way. */
export const caseOptions = ({ timeZone, classification, anonymous }: CaseOptions) => ({
  now: Date.now(),
  toolVersion: version,
  ...(timeZone === undefined ? {} : { zone: timeZone }),
  ...(classification ? { classification: classification as NonNullable<Case['classification']> } : {}),
  ...(anonymous ? { anonymous: true } : {}),
});

/** The error for the case that no event is left to draft from. */
export const allRefused = (): UsageError =>
  new UsageError('nothing to draft: every event was refused, for the reasons above');

/**
 * Drafts reports for an authority, with a directory for each case. Sends nothing. It leaves out events that must not be
 * reported and events that were drafted before, and says so. The configuration must have the block `operator`.
 * @throws UsageError where an option or a setting is missing or wrong, and where every event was refused
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
  { all, events, earlier, filed, reviews, write }: Drafting,
  { options, around }: { readonly options: DraftOptions; readonly around: Around },
): Promise<Drafted> {
  const none = { detections: all.length, refused: 0, paths: [], noted: true };
  if (all.length === 0) return none;
  const lookup = withLooks(await openContext(options, events, around.signal), reviews);
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
      (one) => one.group === found.group.key && found.group.by === 'user' && found.uploader?.id !== undefined,
    );
    const whole = { ...found, priorReports: mates.flatMap(filedBefore), filed };
    return assemble(whole, name, draftFor(whole, name, randomUUID));
  });
  return { ...none, refused: refused.length, ...(await write(drafts)) };
}
