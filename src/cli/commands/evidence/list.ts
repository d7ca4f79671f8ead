import type { EvidencePackage } from '../../../app/index.js';
import { exitCodes, printable } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve evidence list`. */
export const listPackages: CommandSpec = {
  name: 'list',
  about: 'tell the packages of the store, how long each is kept, and what was destroyed',
  options: ['evidenceStore', 'findingsFormat', 'quiet', 'config', 'printConfig'],
  examples: ['hashsieve evidence list', 'hashsieve evidence list --format json'],
  run: runList,
};

/** Returns 0, or 3 where the custody log is damaged. */
async function runList({ values, terminal }: CommandContext): Promise<number> {
  const { listEvidence } = await import('../../../app/index.js');
  const { packages, damage } = await listEvidence(values);
  if (values.findingsFormat === 'json')
    await terminal.write(`${JSON.stringify({ packages, damage }, null, 2)}\n`);
  else for (const one of packages) await terminal.write(`${lineOf(one)}\n`);
  for (const line of damage) terminal.say(`damaged: ${line}`);
  return damage.length === 0 ? exitCodes.clean : exitCodes.incomplete;
}

/** One line about a package. */
export function lineOf({
  id,
  state,
  until,
  why,
  files,
  bytes,
  jurisdiction,
  report,
}: EvidencePackage): string {
  const when = until === undefined ? '' : ` until ${until.slice(0, 10)}`;
  const about = why === undefined ? '' : `  ${why}`;
  const number = report === undefined ? '' : `  report ${report}`;
  return printable(
    `${id}  ${state}${when}  ${jurisdiction}${number}  ${files} file(s), ${bytes} bytes${about}`,
  );
}
