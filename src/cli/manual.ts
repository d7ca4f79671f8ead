import { version } from '../app/index.js';
import { exitCodesHelp } from '../core/index.js';
import { type Manual, type ManualCommand, manualMarkdown, manualOption } from '../manual/index.js';
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

/** The man page as Markdown; the build makes roff of it. */
export async function manPage(): Promise<string> {
  const { loadCommands } = await import('./commands/index.js');
  const [first, ...codes] = exitCodesHelp.split('\n');
  return manualMarkdown(await manualOf(await loadCommands(undefined)), [
    { title: first!.replace(':', '').toUpperCase(), lines: codes.map((line) => `    ${line.trim()}`) },
    {
      title: 'FILES',
      lines: [
        'The configuration is `~/.config/hashsieve/config.json`, or else `/etc/hashsieve/config.json`. The ledger is `hashsieve/ledger.sqlite` below `$XDG_STATE_HOME` (`~/.local/state`).',
        'Every option may also be given by a variable of the environment (`HASHSIEVE_MAX_BYTES`) or in the configuration, unless it concerns one call only.',
      ],
    },
  ]);
}
