import { exitCodes, UsageError } from '../../core/index.js';
import { shells } from '../../manual/index.js';
import type { CommandContext, CommandSpec } from '../command.js';

/** The command `hashsieve completion`. */
export const completion: CommandSpec = {
  name: 'completion',
  about: 'print a script that lets bash, zsh or fish complete commands, options and their values',
  args: [{ name: '<shell>', about: Object.keys(shells).join(', ') }],
  options: [],
  examples: [
    'hashsieve completion bash > /etc/bash_completion.d/hashsieve',
    'hashsieve completion zsh > /usr/local/share/zsh/site-functions/_hashsieve',
    'hashsieve completion fish > ~/.config/fish/completions/hashsieve.fish',
  ],
  run: runCompletion,
};

async function runCompletion({ args, terminal, commands }: CommandContext): Promise<number> {
  const [shell] = args;
  const script = Object.entries(shells).find(([name]) => name === shell)?.[1];
  if (!script) throw new UsageError(`completion: takes one of ${Object.keys(shells).join(', ')}`);
  const { manualOf } = await import('../manual.js');
  await terminal.write(script(await manualOf(await commands())));
  return exitCodes.clean;
}
