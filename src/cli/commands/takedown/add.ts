import type { TakedownAnswer } from '../../../app/index.js';
import { displayUri, printable } from '../../../core/index.js';
import { commonOptions, ledgerOptions, limitOptions } from '../../../options/index.js';
import { caseJson, caseText, warnOfMinor } from '../../../takedown/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

const searching = [
  'caseId',
  'ownList',
  'allow',
  'threshold',
  'pdqVariant',
  'blockFormat',
  'ruleFile',
  'asJson',
  ...ledgerOptions,
  ...commonOptions,
] as const;

/** The command `hashsieve takedown add`. */
export const add: CommandSpec = {
  name: 'add',
  about:
    'open a case: fingerprint what was reported (it is not stored), start the clock, find the copies at once',
  args: [{ name: '[target...]', about: 'file, URL, or a hash with its algorithm in front: pdq:f8f8…' }],
  options: [
    'law',
    'request',
    'received',
    'category',
    'by',
    'urls',
    'filesFrom',
    ...searching,
    ...limitOptions.filter((name) => name !== 'pdqVariant'),
    'allowPrivate',
  ],
  examples: [
    'hashsieve takedown add reported.jpg --case 4711 --law us-tida --received 2026-11-30T09:15+01:00',
    'hashsieve takedown add https://example.org/a.jpg --case 4712 --format nginx -o blocked.conf',
  ],
  async run(context) {
    const { takeDown } = await import('../../../app/index.js');
    return await told(await takeDown(context.args, context.values, context), context);
  },
};

/** The command `hashsieve takedown search`. */
export const search: CommandSpec = {
  name: 'search',
  about: 'look again for the copies of a case, and finish what a crash left undone',
  options: searching,
  examples: ['hashsieve takedown search --case 4711'],
  async run(context) {
    const { searchAgain } = await import('../../../app/index.js');
    return await told(await searchAgain(context.values, context), context);
  },
};

async function told(answer: TakedownAnswer, { terminal, values }: CommandContext): Promise<number> {
  const { case: one, unread, blocked, code } = answer;
  warnOfMinor(one, terminal);
  await terminal.write(values.asJson ? `${JSON.stringify(caseJson(one), null, 2)}\n` : caseText(one));
  for (const why of unread) terminal.say(`hashsieve: not looked for: ${why}`, { level: 'error' });
  if (one.search && one.search.looked === 0)
    terminal.say('hashsieve: the ledger knows no file yet: hashsieve scan DIR, then takedown search', {
      level: 'warning',
    });
  else if (one.search && !one.search.complete)
    terminal.say(
      'hashsieve: some files could not be compared, because the ledger lacks their look: hashsieve scan DIR, then takedown search',
      { level: 'warning' },
    );
  if (blocked) {
    if (values.ruleFile === undefined) await terminal.write(blocked.text);
    for (const { uri, reason } of blocked.left) terminal.say(`not blocked ${displayUri(uri)}: ${reason}`);
    terminal.say(
      `${blocked.rules.length} address(es) in the rules. Nothing was applied: read them, then use them.`,
    );
  } else if (one.copies.length > 0 && !values.quiet)
    terminal.say(
      `block rules: hashsieve block --scan ${printable(one.search!.scanId)} --format nginx; then hashsieve takedown close --case ${one.id} --blocked all`,
    );
  return code;
}
