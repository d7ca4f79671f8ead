import { randomUUID } from 'node:crypto';
import type { Drafting } from '../../../app/index.js';
import { displayUri, printable, UsageError } from '../../../core/index.js';
import { version } from '../../../files/index.js';
import type { DraftDirectory } from '../../../reports/index.js';
import type { Case, Recipient } from '../../../reports/types.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { exitCodes } from '../../exit-codes.js';
import { ledgerOptions } from '../../options.js';

export const notice: CommandSpec = {
  name: 'notice',
  about: 'draft the letter to a hosting provider or site owner, as text, e-mail and XARF; sends nothing',
  options: [
    'events',
    'scanId',
    ...ledgerOptions,
    'receiver',
    'drafts',
    'recipient',
    'rdap',
    'rdapBootstrap',
    'allowPrivate',
    'told',
    'anonymous',
    'classification',
    'jurisdiction',
    'context',
    'contextCommand',
    'timeZone',
    'again',
    'quiet',
    'config',
    'printConfig',
  ],
  examples: [
    'hashsieve report notice --events events.jsonl --to host --rdap',
    'hashsieve report notice --scan latest --to host --recipient abuse@host.example',
    'hashsieve report notice --events events.jsonl --to owner --recipient abuse@example.org --told "NCMEC, report 123"',
  ],
  run: runNotice,
};

/** Where the law is known to let the sender of a notice stay unnamed: DSA Art. 16(2)(c). */
const anonymousPlaces = ['eu', 'de'];

const isEmail = (text: string): boolean => /^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(text);

async function runNotice(context: CommandContext): Promise<number> {
  const { values, config } = context;
  const { noticeNames } = await import('../../../reports/index.js');
  const { openOperator } = await import('../../../app/index.js');
  const { openDrafting } = await import('../../../app/index.js');
  const to = noticeNames.find((known) => known === values.receiver);
  if (!to) throw new UsageError(`no receiver: give --to with one of ${noticeNames.join(', ')}`);
  const wrong = values.recipient?.find((address) => !isEmail(address));
  if (wrong !== undefined) throw new UsageError(`--recipient ${printable(wrong)}: not an e-mail address`);
  const who = await openOperator(config, values);
  if (values.anonymous && !anonymousPlaces.includes(who.jurisdiction.code)) {
    throw new UsageError(
      `--anonymous: only known to be allowed in ${anonymousPlaces.join(', ')} (DSA Art. 16(2)(c)); jurisdiction is ${who.jurisdiction.code}`,
    );
  }
  const name = `notice-${to}` as const;
  const drafting = await openDrafting(context, name, 'report notice');
  try {
    return await noticeAll(context, name, who, drafting);
  } finally {
    drafting.close();
  }
}

async function noticeAll(
  context: CommandContext,
  name: 'notice-host' | 'notice-owner',
  { operator, jurisdiction }: Pick<Case, 'operator' | 'jurisdiction'>,
  { all, events, write }: Drafting,
): Promise<number> {
  const { values, terminal, signal } = context;
  const { subjectOf } = await import('../../../reports/index.js');
  const { buildCases } = await import('../../../reports/index.js');
  const { refusals } = await import('../../../reports/index.js');
  const { assemble, draftFor } = await import('../../../reports/index.js');
  const { openContext } = await import('../../../app/index.js');
  const { letterMail } = await import('../../../filing/index.js');
  if (all.length === 0) {
    terminal.say('no detections: nothing to draft');
    return exitCodes.clean;
  }
  const { cases, refused } = buildCases(events, await openContext(values, events, signal), {
    operator,
    jurisdiction,
    groupBy: 'host',
    statesIllegality: true,
    now: Date.now(),
    toolVersion: version,
    ...(values.timeZone === undefined ? {} : { zone: values.timeZone }),
    ...(values.classification
      ? { classification: values.classification as NonNullable<Case['classification']> }
      : {}),
    ...(values.anonymous ? { anonymous: true } : {}),
  });
  for (const { event, refusal } of refused)
    terminal.say(`refused ${displayUri(event.uri)}: ${refusals[refusal]}`);
  if (cases.length === 0 && refused.length > 0) {
    throw new UsageError('nothing to draft: every event was refused, for the reasons above');
  }
  const drafts: DraftDirectory[] = [];
  for (const found of cases) {
    const recipients = await recipientsOf(found, context);
    const whole: Case = { ...found, recipients, ...(values.told ? { told: values.told } : {}) };
    const draft = draftFor(whole, name, randomUUID);
    const mail = await letterMail(draft, {
      subject: subjectOf(whole),
      ...(values.anonymous ? {} : { from: operator.reporter.email! }),
      ...(recipients[0] ? { to: recipients[0].email } : {}),
    });
    drafts.push(assemble(whole, name, { ...draft, files: { ...draft.files, 'letter.eml': mail } }));
  }
  const { paths, noted } = await write(drafts);
  for (const path of paths) await terminal.write(`${printable(path)}\n`);
  if (!values.quiet) terminal.say(`${paths.length} letter(s). Nothing was sent. Read CHECKLIST.md in each.`);
  return noted ? exitCodes.clean : exitCodes.incomplete;
}

/** Given ones first, then what the registries say, each once. */
async function recipientsOf(
  found: Case,
  { values, terminal, signal }: CommandContext,
): Promise<readonly Recipient[]> {
  const given = (values.recipient ?? []).map((email): Recipient => ({ email, scope: 'given' }));
  const host = found.group.key.replace(/^host:/, '');
  if (!values.rdap || host === 'local') return given;
  const { findRecipients } = await import('../../../app/index.js');
  const looked = await findRecipients(
    host,
    found.files.find((file) => file.context.hostIp)?.context.hostIp,
    values.receiver as 'host' | 'owner',
    {
      bootstrap: values.rdapBootstrap.replace(/\/?$/, '/'),
      allowPrivate: values.allowPrivate === true,
      signal,
      say: (line) => terminal.say(line),
    },
  );
  return [...given, ...looked.filter((one) => !given.some((known) => known.email === one.email))];
}
