import { exitCodes, printable } from '../../../core/index.js';
import { readingOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';

/** The command `hashsieve list compile`. */
export const compile: CommandSpec = {
  name: 'compile',
  about: 'write hash lists to one file that --list opens without reading it whole',
  args: [{ name: '<list...>', about: 'hash lists; - is standard input' }],
  options: ['compiled', ...readingOptions, 'quiet', 'verbose', 'config', 'printConfig'],
  examples: [
    'hashsieve list compile known.csv own.txt -o known.hsx',
    'hashsieve scan photo.jpg --list known.hsx',
  ],
  run: runCompile,
};

async function runCompile(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { compileListFiles } = await import('../../../app/index.js');
  const written = await compileListFiles(args, values, context);
  if (!written) return exitCodes.interrupted;
  const { compiled, seconds, isHalfRead } = written;
  if (!values.quiet) {
    const { bytes, sha256, meta } = compiled;
    const hashes = meta.columns.map(({ algorithm, hashes: count }) => `${count} ${algorithm}`).join(', ');
    terminal.say(`${printable(values.compiled!)}: ${hashes}; ${bytes} bytes in ${seconds.toFixed(1)} s`);
    terminal.say(`sha256 ${sha256}`);
  }
  return isHalfRead ? exitCodes.incomplete : exitCodes.clean;
}
