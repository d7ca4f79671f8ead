import { UsageError } from '../../core/errors.js';
import { containerOf } from '../../core/event.js';
import type { DetectionEvent } from '../../core/types.js';
import { displayUri, printable } from '../../core/uri.js';
import type { BlockTarget } from '../../remediation/types.js';
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
  const { publicUrl } = await import('../../reports/cases.js');
  const { reportable } = await import('../../reports/events.js');
  const { readOperator } = await import('../../reports/operator.js');
  const { openContext } = await import('../report-input.js');
  const { openDetections } = await import('../detections.js');
  const name = blockFormatNames.find((known) => known === values.blockFormat);
  if (!name) throw new UsageError(`no format: give --format with one of ${blockFormatNames.join(', ')}`);
  const operator =
    config.blocks.operator === undefined
      ? undefined
      : await readOperator(config.blocks.operator, `configuration ${printable(config.path ?? '')}`);
  const { events, close } = await openDetections(context, 'block');
  close();
  const lookup = await openContext(values, events, signal);
  const targets = new Map<string, BlockTarget>();
  for (const event of events) {
    const answer = reportable(event);
    const reason = exempt(event, 'refusal' in answer ? answer.refusal : undefined);
    if (reason !== undefined) {
      terminal.say(`left online ${displayUri(event.uri)}: ${reason}`);
      continue;
    }
    const uri = containerOf(event);
    const url = publicUrl(event, lookup(event).url, operator?.publicAddresses);
    const key = `${uri} ${url ?? ''}`;
    const others = targets.get(key)?.events ?? [];
    targets.set(key, { uri, ...(url === undefined ? {} : { url }), events: [...others, event.id] });
  }
  const { text, left } = blockFormats[name].write([...targets.values()]);
  for (const { target, reason } of left) terminal.say(`not blocked ${displayUri(target.uri)}: ${reason}`);
  if (values.ruleFile === undefined) await terminal.write(text);
  else {
    const { openOutput } = await import('../output-file.js');
    const file = await openOutput(values.ruleFile);
    await file.write(text);
    await file.commit();
  }
  if (!values.quiet) {
    terminal.say(
      `${targets.size - left.length} address(es). Nothing was applied: read the rules, then use them.`,
    );
  }
  return left.length === 0 ? exitCodes.clean : exitCodes.incomplete;
}
