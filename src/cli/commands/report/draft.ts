import { exitCodes, printable } from '../../../core/index.js';
import { ledgerOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve report draft`. */
export const draft: CommandSpec = {
  name: 'draft',
  about: 'draft a report for an authority, one directory per case; sends nothing',
  options: [
    'events',
    'scanId',
    ...ledgerOptions,
    'authority',
    'drafts',
    'groupBy',
    'jurisdiction',
    'context',
    'contextCommand',
    'timeZone',
    'classification',
    'anonymous',
    'again',
    'quiet',
    'config',
    'printConfig',
  ],
  examples: [
    'hashsieve report draft --events events.jsonl --to ncmec --context uploads.csv -o reports',
    'hashsieve report draft --events events.jsonl --to ca-c3p --jurisdiction ca',
    'hashsieve report draft --scan latest --to ncmec',
  ],
  run: runDraft,
};

async function runDraft(context: CommandContext): Promise<number> {
  const { values, terminal } = context;
  const { draftReports } = await import('../../../app/index.js');
  const { detections, paths, noted } = await draftReports(values, context);
  if (detections === 0) terminal.say('no detections: nothing to draft');
  if (paths.length === 0) return exitCodes.clean;
  for (const path of paths) await terminal.write(`${printable(path)}\n`);
  if (!values.quiet)
    terminal.say(
      `${paths.length} draft(s). Nothing was sent. Read CHECKLIST.md in each, then: hashsieve report check DIR`,
    );
  return noted ? exitCodes.clean : exitCodes.incomplete;
}
