import { randomUUID } from 'node:crypto';
import type { Drafting } from '../../../app/index.js';
import { displayUri, printable, UsageError } from '../../../core/index.js';
import type { DetectionEvent } from '../../../core/types.js';
import { version } from '../../../files/index.js';
import type { AuthorityName } from '../../../reports/index.js';
import type { Authority, Case } from '../../../reports/types.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { exitCodes } from '../../exit-codes.js';
import { ledgerOptions } from '../../options.js';

export const draft: CommandSpec = {
  name: 'draft',
  about: 'draft a report for an authority, one directory per case; sends nothing',
  options: [
    'events',
    'scanId',
    ...ledgerOptions,
    'authority',
    'drafts',
    'groupBy',
    'jurisdiction',
    'context',
    'contextCommand',
    'timeZone',
    'classification',
    'anonymous',
    'again',
    'quiet',
    'config',
    'printConfig',
  ],
  examples: [
    'hashsieve report draft --events events.jsonl --to ncmec --context uploads.csv -o reports',
    'hashsieve report draft --events events.jsonl --to ca-c3p --jurisdiction ca',
    'hashsieve report draft --scan latest --to ncmec',
  ],
  run: runDraft,
};

const short = (event: DetectionEvent): string => `${event.id} (${displayUri(event.uri)})`;

async function runDraft(context: CommandContext): Promise<number> {
  const { authorities, authorityNames } = await import('../../../reports/index.js');
  const { openDrafting } = await import('../../../app/index.js');
  const { values } = context;
  const name = authorityNames.find((known) => known === values.authority);
  if (!name) throw new UsageError(`no receiver: give --to with one of ${authorityNames.join(', ')}`);
  const { named } = authorities[name] as Authority;
  if (values.anonymous && named !== undefined)
    throw new UsageError(`--anonymous with --to ${name}: ${named}`);
  const { openOperator } = await import('../../../app/index.js');
  const who = await openOperator(context.config, values);
  const drafting = await openDrafting(context, name, 'report draft');
  try {
    return await draftAll(context, name, who, drafting);
  } finally {
    drafting.close();
  }
}

async function draftAll(
  { values, terminal, signal }: CommandContext,
  name: AuthorityName,
  { operator, jurisdiction }: Pick<Case, 'operator' | 'jurisdiction'>,
  { all, events, earlier, write }: Drafting,
): Promise<number> {
  const { authorities } = await import('../../../reports/index.js');
  const { buildCases } = await import('../../../reports/index.js');
  const { refusals } = await import('../../../reports/index.js');
  const { assemble, draftFor } = await import('../../../reports/index.js');
  const { finishedReports } = await import('../../../filing/index.js');
  /** Raises UsageError: a report that was filed must not be forgotten because its record is damaged. */
  const filedBefore = ({ path, submission }: Drafting['earlier'][number]) => {
    try {
      return finishedReports(submission, 'production');
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new UsageError(
        `${printable(path)}/submission.jsonl: ${error.message}; restore the file from a copy, or move that draft out of the directory and give its report number as uploader.priorReports in --context`,
      );
    }
  };
  const { openContext } = await import('../../../app/index.js');
  if (all.length === 0) {
    terminal.say('no detections: nothing to draft');
    return exitCodes.clean;
  }
  const lookup = await openContext(values, events, signal);
  const { cases, refused } = buildCases(events, lookup, {
    operator,
    jurisdiction,
    groupBy:
      values.groupBy === undefined ? authorities[name].groupBy : (values.groupBy as Case['group']['by']),
    ...((authorities[name] as Authority).statesIllegality ? { statesIllegality: true } : {}),
    now: Date.now(),
    toolVersion: version,
    ...(values.timeZone === undefined ? {} : { zone: values.timeZone }),
    ...(values.classification
      ? { classification: values.classification as NonNullable<Case['classification']> }
      : {}),
    ...(values.anonymous ? { anonymous: true } : {}),
  });
  for (const { event, refusal } of refused) terminal.say(`refused ${short(event)}: ${refusals[refusal]}`);
  if (cases.length === 0) {
    if (refused.length === 0) return exitCodes.clean;
    throw new UsageError('nothing to draft: every event was refused, for the reasons above');
  }
  const drafts = cases.map((found) => {
    const mates = earlier.filter(
      (one) => one.group === found.group.key && found.group.by === 'user' && found.uploader,
    );
    const priorReports = mates.flatMap(filedBefore);
    const whole = { ...found, priorReports };
    return assemble(whole, name, draftFor(whole, name, randomUUID));
  });
  const { paths, noted } = await write(drafts);
  for (const path of paths) await terminal.write(`${printable(path)}\n`);
  if (!values.quiet) {
    terminal.say(
      `${paths.length} draft(s). Nothing was sent. Read CHECKLIST.md in each, then: hashsieve report check DIR`,
    );
  }
  return noted ? exitCodes.clean : exitCodes.incomplete;
}
