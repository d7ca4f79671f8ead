import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bin, root, tempDir } from './cli.js';
import { type Need, programPath } from './programs.js';

/** A moment to wait for, all of what is given: what the terminal shows since the step before, a file that the program holds open, a file that is there. */
export interface When {
  /** Regular expression, in the notation of Python. */
  readonly output?: string;
  readonly reads?: string;
  readonly exists?: string;
}

/** What is done then. */
export interface Action {
  readonly keys?: string;
  readonly signal?: NodeJS.Signals;
  /** Rows and columns. */
  readonly size?: readonly [number, number];
  readonly remove?: string;
  /** Closes the terminal. */
  readonly hangUp?: true;
}

export interface Shown {
  readonly code: number;
  readonly endedBy: string | null;
  /** True where it had to be killed. */
  readonly hung: boolean;
  /** All that came to the terminal. */
  readonly output: string;
  readonly stepsLeft: number;
}

export const ctrlC = '\u0003';

/** Pseudo-terminals are made with Python's `pty`; what a process holds open is told by Linux. */
export const terminalNeeds: readonly Need[] = ['Linux', 'python3'];

/** Runs the built program in a terminal. */
export function inTerminal(
  args: readonly string[],
  steps: readonly { readonly when: When; readonly do: Action }[],
  options: {
    readonly rows?: number;
    readonly columns?: number;
    readonly env?: Readonly<Record<string, string>>;
    /** Seconds. */
    readonly limit?: number;
  } = {},
): Promise<Shown> {
  const { rows = 24, columns = 80, env = {}, limit = 40 } = options;
  const home = tempDir();
  const orders = {
    argv: [process.execPath, bin, ...args],
    env: { PATH: process.env.PATH, HOME: home, XDG_STATE_HOME: home, TERM: 'xterm', ...env },
    rows,
    columns,
    limit,
    steps,
  };
  return new Promise((done, failed) => {
    const python = spawn(programPath('python3'), [join(import.meta.dirname, 'terminal.py')], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let told = '';
    python.stdout.setEncoding('utf8').on('data', (text: string) => {
      told += text;
    });
    python.on('error', failed);
    python.on('close', () => {
      try {
        done(JSON.parse(told) as Shown);
      } catch (error) {
        failed(error);
      }
    });
    python.stdin.end(JSON.stringify(orders));
  });
}
