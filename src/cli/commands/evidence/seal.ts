import { exitCodes, printable } from '../../../core/index.js';
import { ledgerOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve evidence seal`. */
export const seal: CommandSpec = {
  name: 'seal',
  about: 'encrypt files of detections, a draft and its record of filing into the store',
  args: [
    { name: '[draft]', about: 'directory of a draft: its events, its files and submission.jsonl are sealed' },
  ],
  options: [
    'events',
    'scanId',
    ...ledgerOptions,
    'sealFiles',
    'sealLogs',
    'context',
    'evidenceStore',
    'evidenceKeys',
    'jurisdiction',
    'order',
    'completed',
    'report',
    'holdUntil',
    'actor',
    'reason',
    'evidenceTimestamp',
    'allowPrivate',
    'quiet',
    'config',
    'printConfig',
  ],
  examples: [
    'hashsieve evidence seal reports/ncmec-0123456789abcdef --include access.log --recipient age1… --recipient age1…',
    'hashsieve evidence seal --scan latest --jurisdiction us',
  ],
  run: runSeal,
};

/** Returns 0 where everything was sealed, otherwise 3. */
async function runSeal(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { sealDetections } = await import('../../../app/index.js');
  const { id, sha256, bytes, head, left, stamped } = await sealDetections(args[0], values, context);
  await terminal.write(`${id}\n`);
  for (const { event, reason } of left) terminal.say(`not sealed: event ${event}: ${printable(reason)}`);
  if (!values.quiet) {
    terminal.say(`sealed ${bytes} bytes, SHA-256 ${sha256}`);
    terminal.say(`head of the custody log, to be noted elsewhere: ${head}`);
  }
  return left.length === 0 && stamped ? exitCodes.clean : exitCodes.incomplete;
}
