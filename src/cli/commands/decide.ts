import { exitCodes, printable } from '../../core/index.js';
import { commonOptions, ledgerOptions } from '../../options/index.js';
import type { CommandContext, CommandSpec } from '../command.js';

/** The command `hashsieve decide`. */
export const decide: CommandSpec = {
  name: 'decide',
  about: 'note what a person decided about detections; what is decided does not raise the alarm again',
  args: [{ name: '[event...]', about: 'ids of events, as outputs name them' }],
  options: [
    'reviewer',
    'decision',
    'reportNumber',
    'reason',
    'viewed',
    'exifViewed',
    'graded',
    ...ledgerOptions,
    ...commonOptions,
  ],
  examples: [
    'hashsieve decide 4f6c0e2b8d1a4c7f9e3b5a6d7c8e9f01 --as ann --decision handled --report 123456789',
    'hashsieve decide 4f6c0e2b8d1a4c7f9e3b5a6d7c8e9f01 --as ann --decision not-a-match --viewed --note "a logo"',
  ],
  run: runDecide,
};

async function runDecide(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { decide: noteDecisions } = await import('../../app/index.js');
  const { decisions, offers } = await noteDecisions(args, values, context);
  for (const { event, decision, by, agreesWith } of decisions) {
    const two = agreesWith === undefined ? '' : `, as ${printable(agreesWith)} before`;
    await terminal.write(`${printable(event)}  ${decision}, by ${printable(by)}${two}\n`);
  }
  if (values.quiet || offers.length === 0) return exitCodes.clean;
  terminal.say(
    'To list what is no match as harmless, for every place where it lies (scan --allow allow.jsonl):',
  );
  for (const line of offers) terminal.say(`  ${line}`);
  return exitCodes.clean;
}
