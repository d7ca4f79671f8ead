import { exitCodes } from '../../core/index.js';
import { commonOptions, limitOptions, listOptions, ownListOptions } from '../../options/index.js';
import type { CommandContext, CommandSpec } from '../command.js';

/** The command `hashsieve selftest`. */
export const selftest: CommandSpec = {
  name: 'selftest',
  about:
    'press the test button: scan the shipped test picture and eight altered copies with your lists and settings',
  options: [
    ...listOptions,
    ...ownListOptions,
    'matcher',
    'allow',
    'maxListAge',
    'threshold',
    'views',
    ...limitOptions,
    ...commonOptions,
  ],
  examples: [
    'hashsieve selftest',
    'hashsieve selftest --list known.csv',
    'hashsieve selftest --matcher shield',
  ],
  run: runSelftest,
};

const marks = { ok: 'ok   ', failed: 'FAIL ', missed: '-    ' } as const;

async function runSelftest(context: CommandContext): Promise<number> {
  const { values, terminal } = context;
  const { selftest: tryAlarm } = await import('../../app/index.js');
  let failed = 0;
  for await (const { state, what } of tryAlarm(values, context)) {
    if (state === 'failed') failed += 1;
    await terminal.write(`${marks[state]} ${what}\n`);
  }
  await terminal.write(
    failed === 0 ? 'The alarm rings.\n' : `The alarm does NOT ring as it should: ${failed} failed.\n`,
  );
  return failed === 0 ? exitCodes.clean : exitCodes.incomplete;
}
