import { version } from '../app/index.js';
import { exitCodes } from '../core/index.js';
import { outliveTerminal } from './lost-terminal.js';
import { abortOnSignals } from './signals.js';
import { createTerminal } from './terminal.js';

/** Runs the command line and sets the exit code. Never calls process.exit, so that a pipe gets all output. */
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
    openInput: () => process.stdin,
    commands: () => loadCommands(undefined),
  };
  const program = await createProgram(await loadCommands(argv[0]), version, surroundings, (code) => {
    process.exitCode = code;
  });
  try {
    await program.parseAsync(withBareFlags(argv), { from: 'user' });
  } catch (error) {
    const helped = error instanceof CommanderError && /^commander\.(help|version)/.test(error.code);
    if (helped) {
      process.exitCode = argv.length === 0 || error.exitCode !== 0 ? exitCodes.usage : exitCodes.clean;
      return;
    }
    const { failureOf } = await import('../app/index.js');
    const { code, line } = await failureOf(
      error instanceof CommanderError ? usageError(error) : error,
      signal,
    );
    terminal.say(`hashsieve: ${line}`);
    process.exitCode = code;
  }
}

/** Writes options whose value is optional with `=`: the next argument is a target, not their value. */
function withBareFlags(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  return argv.map((arg, at) =>
    arg === '--allow-unsupported' && (end < 0 || at < end) ? `${arg}=true` : arg,
  );
}

/** Absolute path of the working directory; undefined where somebody removed it. */
function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}
