import { exitCodes, printable } from '../../../core/index.js';
import { ledgerOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve report notice`. */
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

async function runNotice(context: CommandContext): Promise<number> {
  const { values, terminal } = context;
  const { draftLetters } = await import('../../../app/index.js');
  const { detections, paths, noted } = await draftLetters(values, context);
  if (detections === 0) {
    terminal.say('no detections: nothing to draft');
    return exitCodes.clean;
  }
  for (const path of paths) await terminal.write(`${printable(path)}\n`);
  if (!values.quiet) terminal.say(`${paths.length} letter(s). Nothing was sent. Read CHECKLIST.md in each.`);
  return noted ? exitCodes.clean : exitCodes.incomplete;
}
