import { resolve } from 'node:path';
import type { Check } from '../../app/index.js';
import { exitCodes, printable } from '../../core/index.js';
import type { CommandContext, CommandSpec } from '../command.js';

/** The command `hashsieve doctor`. */
export const doctor: CommandSpec = {
  name: 'doctor',
  about: 'show what this machine can read: libraries, helpers, the ledger, the configuration, the lists',
  options: ['doctorFormat', 'list', 'ledger', 'config'],
  examples: ['hashsieve doctor', 'hashsieve doctor --format json'],
  run: runDoctor,
};

async function runDoctor({ values, config, environment, terminal }: CommandContext): Promise<number> {
  const { examine } = await import('../../app/index.js');
  const ledger = values.ledger === undefined ? undefined : resolve(values.ledger);
  const checks = await examine({
    environment,
    config,
    ledger,
    lists: values.list?.map((path) => resolve(path)),
  });
  const text =
    values.doctorFormat === 'json'
      ? `${JSON.stringify({ schema: 'hashsieve/doctor/1', checks }, null, 2)}\n`
      : checks.map(line).join('');
  await terminal.write(text);
  return exitCodes.clean;
}

function line({ name, state, version, path, detail, advice }: Check): string {
  const facts = [version, path, detail && `(${detail})`].filter((part) => part !== undefined).join(' ');
  const first = `${state.padEnd(8)} ${name}${facts === '' ? '' : `  ${facts}`}`;
  return `${printable(first)}\n${advice === undefined ? '' : `${' '.repeat(9)}${printable(advice)}\n`}`;
}
