import type { EarlierRules } from '../../app/index.js';
import { containerOf, displayUri, printable, UsageError } from '../../core/index.js';
import type { DetectionEvent } from '../../core/types.js';
import type { BlockFormat, BlockTarget } from '../../remediation/types.js';
import type { CommandContext, CommandSpec } from '../command.js';
import { exitCodes } from '../exit-codes.js';
import { ledgerOptions } from '../options.js';

export const block: CommandSpec = {
  name: 'block',
  about:
    'write rules that take the addresses of detections offline (451), for a person to review; applies nothing',
  options: [
    'events',
    'scanId',
    ...ledgerOptions,
    'blockFormat',
    'ruleFile',
    'replace',
    'context',
    'contextCommand',
    'quiet',
    'config',
    'printConfig',
  ],
  examples: [
    'hashsieve block --events events.jsonl --format nginx -o /etc/nginx/hashsieve-blocked.conf',
    'hashsieve block --scan latest --format urls',
  ],
  run: runBlock,
};

/** Why an event's address stays online; undefined where it is to be blocked. Adults' images (ncii) are blocked. */
function exempt(event: DetectionEvent, refusal: string | undefined): string | undefined {
  if (refusal === 'test') return 'every match is a test entry';
  if (refusal === 'suppressed') return 'every match is on an allow list';
  return event.uri === '' ? 'it has no address' : undefined;
}

async function runBlock(context: CommandContext): Promise<number> {
  const { values, config, terminal, signal } = context;
  const { blockFormats, blockFormatNames } = await import('../../remediation/index.js');
  const { publicUrl } = await import('../../reports/index.js');
  const { reportable } = await import('../../reports/index.js');
  const { readOperator } = await import('../../reports/context/index.js');
  const { readBy } = await import('../../app/index.js');
  const { requireApart } = await import('../../app/index.js');
  const { openContext } = await import('../../app/index.js');
  const { openDetections } = await import('../../app/index.js');
  const name = blockFormatNames.find((known) => known === values.blockFormat);
  if (!name) throw new UsageError(`no format: give --format with one of ${blockFormatNames.join(', ')}`);
  if (values.replace && values.ruleFile === undefined)
    throw new UsageError('--replace is for a file: give -o FILE');
  await requireApart(values.ruleFile === undefined ? [] : [{ option: '--output', path: values.ruleFile }], [
    ...readBy(context),
    ...(values.events ?? []).map((path) => ({ what: 'the file of --events', path })),
    ...(values.context ?? []).map((path) => ({ what: 'the file of --context', path })),
  ]);
  const operator =
    config.blocks.operator === undefined
      ? undefined
      : await readOperator(config.blocks.operator, `configuration ${printable(config.path ?? '')}`);
  const { events, close } = await openDetections(context, 'block');
  close();
  const lookup = await openContext(values, events, signal);
  const targets = new Map<string, BlockTarget>();
  const exempted: { readonly target: BlockTarget; readonly reason: string }[] = [];
  for (const event of events) {
    const answer = reportable(event);
    const reason = exempt(event, 'refusal' in answer ? answer.refusal : undefined);
    const uri = containerOf(event);
    const url = publicUrl(event, lookup(event).url, operator?.publicAddresses);
    const key = `${uri} ${url ?? ''}`;
    const known = reason === undefined ? (targets.get(key)?.events ?? []) : [];
    const target = { uri, ...(url === undefined ? {} : { url }), events: [...known, event.id] };
    if (reason === undefined) targets.set(key, target);
    else exempted.push({ target, reason });
  }
  const format = blockFormats[name];
  const { rules, left } = format.rulesFor([...targets.values()]);
  const given = [...new Set(rules)];
  const { kept, lifted } = await output(context, format, given);
  const blocked = new Set([...given, ...kept]);
  for (const { target, reason } of exempted) {
    const stays = format.rulesFor([target]).rules.some((rule) => blocked.has(rule));
    terminal.say(`${stays ? 'still blocked' : 'left online'} ${displayUri(target.uri)}: ${reason}`);
  }
  for (const { target, reason } of left) terminal.say(`not blocked ${displayUri(target.uri)}: ${reason}`);
  for (const rule of lifted) terminal.say(`no longer blocked by ${printable(values.ruleFile!)}: ${rule}`);
  if (!values.quiet) {
    const earlier = kept.length > 0 ? `, ${kept.length} more from before` : '';
    terminal.say(
      `${given.length} address(es)${earlier}. Nothing was applied: read the rules, then use them.`,
    );
  }
  return left.length === 0 ? exitCodes.clean : exitCodes.incomplete;
}

async function output(
  { values, terminal }: CommandContext,
  format: BlockFormat,
  rules: readonly string[],
): Promise<EarlierRules> {
  if (values.ruleFile !== undefined) {
    const { writeRules } = await import('../../app/index.js');
    return writeRules(values.ruleFile, format, rules, values.replace);
  }
  await terminal.write(format.write(rules));
  return { kept: [], lifted: [] };
}
