import { displayUri, exitCodes, printable } from '../../core/index.js';
import { ledgerOptions } from '../../options/index.js';
import type { CommandContext, CommandSpec } from '../command.js';

/** The command `hashsieve block`. */
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
    'anyQuery',
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

async function runBlock(context: CommandContext): Promise<number> {
  const { values, terminal } = context;
  const { blockAddresses } = await import('../../app/index.js');
  const { text, rules, kept, lifted, exempted, alone, access, left } = await blockAddresses(values, context);
  if (values.ruleFile === undefined) await terminal.write(text);
  for (const { uri, reason, stays } of exempted)
    terminal.say(`${stays ? 'still blocked' : 'left online'} ${displayUri(uri)}: ${reason}`);
  for (const { uri, reason } of left) terminal.say(`not blocked ${displayUri(uri)}: ${reason}`);
  for (const uri of alone)
    terminal.say(
      `blocked with this query alone ${displayUri(uri)}: with other parameters, or others in another order, the same file ` +
        'may stay online; --any-query blocks the path with every query',
    );
  for (const rule of lifted) terminal.say(`no longer blocked by ${printable(values.ruleFile!)}: ${rule}`);
  if (access !== undefined) terminal.say(`${printable(values.ruleFile!)}: ${access}`);
  if (!values.quiet) {
    const earlier = kept.length > 0 ? `, ${kept.length} more from before` : '';
    terminal.say(
      `${rules.length} address(es)${earlier}. Nothing was applied: read the rules, then use them.`,
    );
  }
  return left.length === 0 ? exitCodes.clean : exitCodes.incomplete;
}
