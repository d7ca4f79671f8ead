import type { Writable } from 'node:stream';
import { type DataStream, StdoutLost, type Voice } from '../core/index.js';

/** Where the program talks to people: stdout is data, stderr is for people (house rule R7). */
export interface Terminal extends DataStream, Voice {
  readonly stderrIsTerminal: boolean;
}

/** Milliseconds that a reader gets, once the run is interrupted, who does not read: `less` that shows the first page. */
const patience = 1000;

/** @param signal once it aborts, nobody is waited for who does not read: other outputs are to be ended. */
export function createTerminal(
  stdout: Writable & { isTTY?: boolean },
  stderr: Writable & { isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Terminal {
  let open = true;
  let failure: StdoutLost | undefined;
  // A reader that went away (`| head`) is no error; a full disk behind the redirect is.
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
      // The callback runs once the text has been handed over, or has failed: that is the back-pressure.
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
 * As chalk and https://no-color.org/ say: FORCE_COLOR above all else, then NO_COLOR unless it is empty, then whether there is a terminal
 * that takes more than text.
 */
function wantsColour(
  isTerminal: boolean,
  { FORCE_COLOR: forced, NO_COLOR: refused, TERM }: Readonly<Record<string, string | undefined>>,
): boolean {
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return !refused && isTerminal && TERM !== 'dumb';
}

/** False for what has not come to its end some time after the signal. */
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
 * The terminal with what it says as JSON, a record a line, for a collector of logs, where that is wanted. Level and fields
 * are those of the call.
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
