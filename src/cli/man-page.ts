import { exitCodesHelp } from '../core/index.js';
import { manualMarkdown } from '../manual/index.js';
import { loadCommands } from './commands/index.js';
import { manualOf } from './manual.js';

/** The man page as Markdown; the build makes roff of it. */
export async function manPage(): Promise<string> {
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
