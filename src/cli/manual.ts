import { version } from '../app/index.js';
import { type Manual, type ManualCommand, manualOption } from '../manual/index.js';
import { allOptions } from '../options/index.js';
import type { CommandSpec } from './command.js';

/** The whole command line, for completion scripts and the man page. */
export async function manualOf(commands: readonly CommandSpec[]): Promise<Manual> {
  const options = await allOptions();
  const described = (spec: CommandSpec): ManualCommand => ({
    name: spec.name,
    about: spec.about,
    args: spec.args ?? [],
    options: spec.options.map((name) => manualOption(options[name]!)),
    examples: spec.examples ?? [],
    subcommands: (spec.subcommands ?? []).map(described),
  });
  return {
    name: 'hashsieve',
    version,
    about: 'Finds known child sexual abuse images by fingerprint, without anyone having to look at them.',
    args: [],
    options: [],
    examples: [],
    subcommands: commands.map(described),
  };
}
