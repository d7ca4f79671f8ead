import { printable } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { exitCodes } from '../../exit-codes.js';

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
  const { checkDraft, draftDigest, editedFiles } = await import('../../../reports/index.js');
  const { readDraft } = await import('../../../filing/index.js');
  const { checkXsd } = await import('../../../filing/index.js');
  let clean = true;
  const reports = [];
  for (const directory of args) {
    const read = await readDraft(directory);
    const findings = [...read.findings, ...checkDraft(read.files, Date.now())];
    if (values.xsd !== undefined)
      for (const finding of await checkXsd(values.xsd, read.files)) findings.push(finding);
    clean &&= findings.length === 0;
    const digest = draftDigest(read.files);
    const edited = editedFiles(read.files);
    reports.push({ directory, digest, edited, findings });
    if (values.findingsFormat === 'json') continue;
    for (const { file, element, rule, message } of findings) {
      await terminal.write(`${printable(`${directory}/${file}: ${element}: ${rule}: ${message}`)}\n`);
    }
    if (edited.length > 0)
      terminal.say(`${printable(directory)}: edited since it was drafted: ${printable(edited.join(', '))}`);
    if (findings.length === 0 && !values.quiet) {
      terminal.say(`${printable(directory)}: nothing wrong found; digest ${digest}`);
    }
  }
  if (values.findingsFormat === 'json') await terminal.write(`${JSON.stringify(reports, null, 2)}\n`);
  return clean ? exitCodes.clean : exitCodes.usage;
}
