import { UsageError } from '../core/errors.js';
import { isOutOfMemory, outOfMemoryMessage } from '../core/out-of-memory.js';
import { printable } from '../core/uri.js';
import { version } from '../files/version.js';
import { exitCodes } from './exit-codes.js';
import { outliveTerminal } from './lost-terminal.js';
import { abortOnSignals, isInterruption } from './signals.js';
import { createTerminal, StdoutLost } from './terminal.js';

/** Runs the command line and sets the exit code; never calls process.exit, so that piped output is whole (R7). */
export async function main(argv: readonly string[]): Promise<void> {
  const signal = abortOnSignals();
  const terminal = createTerminal(process.stdout, process.stderr, process.env, signal);
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    await terminal.write(`${version}\n`);
    return;
  }
  outliveTerminal();
  const directory = workingDirectory();
  if (directory === undefined) {
    terminal.say('hashsieve: the working directory is gone: change into one that is there');
    process.exitCode = exitCodes.usage;
    return;
  }

  const { CommanderError } = await import('commander');
  const { createProgram, usageError } = await import('./program.js');
  const { loadCommands } = await import('./commands/index.js');
  const surroundings = {
    terminal,
    signal,
    environment: process.env,
    directory,
  };
  const program = await createProgram(await loadCommands(argv[0]), version, surroundings, (code) => {
    process.exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (isInterruption(error, signal)) {
      terminal.say('hashsieve: interrupted');
      process.exitCode = exitCodes.interrupted;
      return;
    }
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
      const { reasonOf } = await import('../config/config.js');
      terminal.say(`hashsieve: standard output is lost: ${reasonOf(error)}`);
      process.exitCode = exitCodes.incomplete;
      return;
    }
    if (isOutOfMemory(error)) {
      terminal.say(`hashsieve: stopped: ${outOfMemoryMessage}`);
      process.exitCode = exitCodes.incomplete;
      return;
    }
    const { code } = error as { code?: unknown };
    if (typeof code === 'string' && /^(SQLITE|LEDGER)_/.test(code)) {
      const { ledgerReason } = await import('../ledger/index.js');
      terminal.say(`hashsieve: the ledger is lost: ${ledgerReason(error)}`);
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
  }
}

/** What could not be written for want of room, in a line; undefined for every other error. */
async function lossOf(error: unknown): Promise<string | undefined> {
  const { OutputLost } = await import('../files/whole-file.js');
  if (error instanceof OutputLost) return error.message;
  const { isFull, reasonOf } = await import('../files/index.js');
  if (!isFull(error)) return undefined;
  const { path } = error as NodeJS.ErrnoException;
  return `${path === undefined ? 'a temporary file' : printable(path)} cannot be written: ${reasonOf(error)}`;
}

/** Absolute; undefined where somebody removed it. */
function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}
