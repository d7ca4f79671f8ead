import type { Writable } from 'node:stream';
import { type DataStream, StdoutLost, type Voice } from '../core/index.js';

/** The program's output: data goes to stdout, lines for people to stderr. */
export interface Terminal extends DataStream, Voice {
  readonly stderrIsTerminal: boolean;
}

/**
 * Milliseconds for which an interrupted run waits for a reader that does not read, such as `less` on its first page.
 */
const patience = 1000;

/**
 * Connects the program to its standard streams.
 * @param signal once it aborts, a reader that does not read is no longer waited for, so that other outputs can be
 * completed.
 */
export function createTerminal(
  stdout: Writable & { isTTY?: boolean },
  stderr: Writable & { isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Terminal {
  let open = true;
  let failure: StdoutLost | undefined;
  // A reader that ended (`| head`) is no error; a full disk behind a redirect is one.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    open = false;
    if (error.code !== 'EPIPE') failure = new StdoutLost(error);
  });
  stderr.on('error', () => {});
  const stdoutIsTerminal = stdout.isTTY === true;
  const stderrIsTerminal = stderr.isTTY === true;
  return {
    stdoutIsTerminal,
    stderrIsTerminal,
    colour: {
      stdout: wantsColour(stdoutIsTerminal, environment),
      stderr: wantsColour(stderrIsTerminal, environment),
    },
    async write(text) {
      if (failure) throw failure;
      if (!open || text === '') return open;
      // The callback runs once the text was passed on or failed: that makes a slow reader slow down the run.
      const written = new Promise<void>((resolve) => stdout.write(text, () => resolve()));
      if (!(await isInTime(written, signal))) {
        open = false;
        failure ??= new StdoutLost(new Error('the run was interrupted, and nobody reads it'));
      }
      if (failure) throw failure;
      return open;
    },
    say(line) {
      stderr.write(`${line}\n`);
    },
  };
}

/**
 * Follows chalk and https://no-color.org/: FORCE_COLOR first, then NO_COLOR unless it is empty, then whether the stream
 * is a terminal that can do more than text.
 */
function wantsColour(
  isTerminal: boolean,
  { FORCE_COLOR: forced, NO_COLOR: refused, TERM }: Readonly<Record<string, string | undefined>>,
): boolean {
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return !refused && isTerminal && TERM !== 'dumb';
}

/** False where `work` has not ended `patience` after the signal. */
function isInTime(work: Promise<void>, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const hurry = () => {
      timer = setTimeout(resolve, patience, false);
    };
    if (signal.aborted) hurry();
    else signal.addEventListener('abort', hurry, { once: true });
    void work.then(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', hurry);
      resolve(true);
    });
  });
}

/**
 * Wraps the terminal so that each line is written as a JSON record, for a log collector, where `format` asks for that.
 * Level and fields are those of the call.
 */
export function logging(terminal: Terminal, format: string): Terminal {
  if (format !== 'json') return terminal;
  return {
    ...terminal,
    colour: { ...terminal.colour, stderr: false },
    say: (line, { level = 'info', ...fields } = {}) => {
      const message = line.replace(/^(hashsieve: |warning: )?\s*/, '').replace(/\n\s*/g, '\n');
      const head = { time: new Date().toISOString(), level, message };
      terminal.say(JSON.stringify({ ...head, ...fields, ...head }));
    },
  };
}
