import { UsageError } from '../core/errors.js';
import { printable } from '../core/uri.js';
import { version } from '../version.js';
import { exitCodes } from './exit-codes.js';
import { createTerminal, StdoutLost } from './terminal.js';

/** Runs the command line and sets the exit code; never calls process.exit, so that piped output is whole (R7). */
export async function main(argv: readonly string[]): Promise<void> {
  const terminal = createTerminal(process.stdout, process.stderr, process.env);
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    await terminal.write(`${version}\n`);
    return;
  }
  const stop = new AbortController();
  const onSignal = () => {
    // A second Ctrl-C must always end the program, whatever it is stuck in.
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
    stop.abort(new Error('interrupted'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);

  const { CommanderError } = await import('commander');
  const { createProgram, usageError } = await import('./program.js');
  const { loadCommands } = await import('./commands/index.js');
  const surroundings = {
    terminal,
    signal: stop.signal,
    environment: process.env,
    directory: process.cwd(),
  };
  const program = await createProgram(await loadCommands(argv[0]), version, surroundings, (code) => {
    process.exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    const helped = error instanceof CommanderError && /^commander\.(help|version)/.test(error.code);
    if (helped) {
      process.exitCode = argv.length === 0 || error.exitCode !== 0 ? exitCodes.usage : exitCodes.clean;
      return;
    }
    const usage = error instanceof CommanderError ? usageError(error) : error;
    if (usage instanceof UsageError) {
      terminal.say(`hashsieve: ${usage.message}`);
      process.exitCode = exitCodes.usage;
      return;
    }
    if (error instanceof StdoutLost) {
      const { reasonOf } = await import('./config.js');
      terminal.say(`hashsieve: standard output is lost: ${reasonOf(error)}`);
      process.exitCode = exitCodes.incomplete;
      return;
    }
    const loss = await lossOf(error);
    if (loss !== undefined) {
      terminal.say(`hashsieve: ${loss}`);
      process.exitCode = exitCodes.incomplete;
      return;
    }
    terminal.say(
      `hashsieve: crashed, please report this: ${error instanceof Error ? error.stack : String(error)}`,
    );
    process.exitCode = exitCodes.crash;
  } finally {
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
  }
}

/** What could not be written for want of room, in a line; undefined for every other error. */
async function lossOf(error: unknown): Promise<string | undefined> {
  const { OutputLost } = await import('./output-file.js');
  if (error instanceof OutputLost) return error.message;
  const { isFull, reasonOf } = await import('../files/index.js');
  if (!isFull(error)) return undefined;
  const { path } = error as NodeJS.ErrnoException;
  return `${path === undefined ? 'a temporary file' : printable(path)} cannot be written: ${reasonOf(error)}`;
}
