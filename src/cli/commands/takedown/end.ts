import { displayUri, exitCodes, printable } from '../../../core/index.js';
import { ledgerOptions } from '../../../options/index.js';
import { caseText, warnOfMinor } from '../../../takedown/index.js';
import type { CommandSpec } from '../../command.js';

const ending = [
  'caseId',
  'by',
  'note',
  'ownList',
  ...ledgerOptions,
  'quiet',
  'config',
  'printConfig',
] as const;

/** The command `hashsieve takedown close`. */
export const close: CommandSpec = {
  name: 'close',
  about: 'say what became of each copy, by name; the case closes once something is said of every one',
  options: ['removed', 'blocked', 'notACopy', 'allow', 'until', ...ending],
  examples: [
    'hashsieve takedown close --case 4711 --removed all --by anna',
    'hashsieve takedown close --case 4711 --blocked 1 --removed 2 --not-a-copy 3 --allow allow.jsonl --by anna',
  ],
  async run({ values, terminal, ...context }) {
    const { closeTakedown } = await import('../../../app/index.js');
    const { case: one, unmarked, allowed } = await closeTakedown(values, context);
    warnOfMinor(one, terminal);
    if (!values.quiet) await terminal.write(caseText(one));
    if (values.notACopy && allowed === undefined)
      terminal.say(
        'hashsieve: no allow list got the false matches, so that scans go on finding them: name one with --allow FILE',
        { level: 'warning' },
      );
    if (unmarked.length === 0) return exitCodes.clean;
    terminal.say(
      `hashsieve: case ${one.id} stays open: nothing is said of copy ${unmarked.join(', ')} yet (--removed, --blocked, --not-a-copy)`,
      { level: 'error' },
    );
    return exitCodes.incomplete;
  },
};

/** The command `hashsieve takedown withdraw`. */
export const withdraw: CommandSpec = {
  name: 'withdraw',
  about: 'end a case whose request was wrong: its looks go off your own list, and its blocks are named',
  options: ending,
  examples: ['hashsieve takedown withdraw --case 4711 --note "not the person shown" --by anna'],
  async run({ values, terminal, ...context }) {
    const { withdrawTakedown } = await import('../../../app/index.js');
    const { case: one, lines, toRestore } = await withdrawTakedown(values, context);
    terminal.say(`case ${one.id}: withdrawn; ${lines} line(s) taken off your own list`);
    for (const { uri, url, mark } of toRestore)
      terminal.say(
        `${mark!.as} by ${printable(mark!.by)}: ${displayUri(url ?? uri)}: put it back online, or take it out of your rules (hashsieve block --replace)`,
      );
    return exitCodes.clean;
  },
};
