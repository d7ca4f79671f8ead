import { type HashList, isHalfRead, linesOf, monotonic, printable, UsageError } from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { exitCodes } from '../../exit-codes.js';
import { readingOptions } from '../../options.js';

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
  const { args, values, terminal, signal } = context;
  const { requireListApart } = await import('../../../app/index.js');
  const path = values.compiled;
  if (path === undefined)
    throw new UsageError('nowhere to write to: name the compiled list with -o FILE.hsx');
  await requireListApart(path, context);
  const { openLists } = await import('../../../app/index.js');
  const { reasonOf } = await import('../../../config/index.js');
  const { algorithmNames, fingerprinters } = await import('../../../fingerprints/index.js');
  const { compileLists } = await import('../../../matching/index.js');
  const { version } = await import('../../../files/index.js');
  const opened = await openLists({ ...values, list: [...args] }, terminal, signal);
  const lists = opened.map((known, order): HashList => {
    if ('identity' in known) return known;
    throw new UsageError(
      `${printable(args[order]!)} is compiled already: compile the lists that it was made of`,
    );
  });
  const exact = new Set(algorithmNames.filter((name) => fingerprinters[name].kind === 'bytes'));
  const started = monotonic();
  try {
    const { bytes, sha256, meta } = await compileLists(lists, path, {
      tool: version,
      now: new Date(),
      exact,
      signal,
    });
    const code = lists.flatMap(linesOf).some(isHalfRead) ? exitCodes.incomplete : exitCodes.clean;
    if (values.quiet) return code;
    const hashes = meta.columns.map(({ algorithm, hashes: count }) => `${count} ${algorithm}`).join(', ');
    const seconds = ((monotonic() - started) / 1000).toFixed(1);
    terminal.say(`${printable(path)}: ${hashes}; ${bytes} bytes in ${seconds} s`);
    terminal.say(`sha256 ${sha256}`);
    return code;
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted;
    const { isFull } = await import('../../../files/index.js');
    const { OutputLost } = await import('../../../files/index.js');
    if (isFull(error)) throw new OutputLost(path, error);
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new UsageError(`compiled list ${printable(path)} cannot be written: ${reasonOf(error)}`);
  }
}
