import type { DraftCheck } from '../../../app/index.js';
import { exitCodes, printable } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve report check`. */
export const check: CommandSpec = {
  name: 'check',
  about: 'check a draft again after a person edited it; code 2 when something is wrong',
  args: [{ name: '<directory...>', about: 'directories that report draft wrote' }],
  options: ['xsd', 'findingsFormat', 'quiet', 'config', 'printConfig'],
  examples: [
    'hashsieve report check reports/ncmec-*',
    'hashsieve report check reports/ncmec-0123456789abcdef --xsd ispws.xsd',
  ],
  run: runCheck,
};

async function runCheck({ args, values, terminal }: CommandContext): Promise<number> {
  const { checkDraftDirectory } = await import('../../../app/index.js');
  const checks: DraftCheck[] = [];
  for (const directory of args) {
    const check = await checkDraftDirectory(directory, values.xsd);
    checks.push(check);
    if (values.findingsFormat === 'json') continue;
    const { digest, edited, findings } = check;
    for (const { file, element, rule, message } of findings)
      await terminal.write(`${printable(`${directory}/${file}: ${element}: ${rule}: ${message}`)}\n`);
    if (edited.length > 0)
      terminal.say(`${printable(directory)}: edited since it was drafted: ${printable(edited.join(', '))}`);
    if (findings.length === 0 && !values.quiet)
      terminal.say(`${printable(directory)}: nothing wrong found; digest ${digest}`);
  }
  if (values.findingsFormat === 'json') await terminal.write(`${JSON.stringify(checks, null, 2)}\n`);
  return checks.every(({ findings }) => findings.length === 0) ? exitCodes.clean : exitCodes.usage;
}
