import { UsageError } from '../core/errors.js';
import { isOutOfMemory, outOfMemoryMessage } from '../core/out-of-memory.js';
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
  const directory = workingDirectory();
  if (directory === undefined) {
    terminal.say('hashsieve: the working directory is gone: change into one that is there');
    process.exitCode = exitCodes.usage;
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
    directory,
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
    if (isOutOfMemory(error)) {
      terminal.say(`hashsieve: stopped: ${outOfMemoryMessage}`);
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

/** Absolute; undefined where somebody removed it. */
function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}
