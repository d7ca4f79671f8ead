import type { CommandSpec } from '../../src/cli/command.js';
import { loadCommands } from '../../src/cli/commands/index.js';
import { createProgram, usageError } from '../../src/cli/program.js';
import { UsageError } from '../../src/core/errors.js';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, as main does, without touching its streams or exit code. */
export async function run(
  argv: readonly string[],
  options: {
    readonly directory?: string;
    readonly environment?: Record<string, string>;
    readonly specs?: readonly CommandSpec[];
  } = {},
): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  let code = 0;
  const terminal = {
    async write(text: string) {
      stdout += text;
      return true;
    },
    say(line: string) {
      stderr += `${line}\n`;
    },
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    colour: { stdout: false, stderr: false },
  };
  const surroundings = {
    terminal,
    signal: new AbortController().signal,
    environment: options.environment ?? {},
    directory: options.directory ?? process.cwd(),
    openInput: () => process.stdin,
    commands: () => loadCommands(undefined),
  };
  const program = await createProgram(
    options.specs ?? (await loadCommands(argv[0])),
    '0.0.0',
    surroundings,
    (given) => {
      code = given;
    },
  );
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    const usage =
      error instanceof UsageError
        ? error
        : (error as Error).name === 'CommanderError'
          ? usageError(error as never)
          : undefined;
    if (!usage) throw error;
    return { code: 2, stdout, stderr: `${stderr}hashsieve: ${usage.message}\n` };
  }
  return { code, stdout, stderr };
}
