import type { Progress } from '../app/index.js';
import type { Summary } from '../core/index.js';
import { grouped } from '../core/index.js';
import type { Terminal } from './terminal.js';

const silent: Progress = { update() {}, aside() {}, stop() {} };
/** Seconds between plain lines: a long run must not flood a log. */
const plainEvery = 60;

/** Where and how progress is shown. */
export interface ProgressOptions {
  readonly wanted: boolean;
  readonly isColoured: boolean;
  /** Environment variables; `CI` and `TERM` reveal terminals that cannot redraw a line. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  /** Removes the spinner once it aborts, because the user may then end the program by force. */
  readonly signal: AbortSignal;
}

/**
 * Shows progress on standard error: a spinner on a terminal, a line a minute elsewhere, nothing where it is not wanted.
 */
export async function createProgress(
  terminal: Terminal,
  { wanted, isColoured, environment, now, signal }: ProgressOptions,
): Promise<Progress> {
  if (!wanted) return silent;
  const plain = plainProgress(terminal, now);
  if (!terminal.stderrIsTerminal || environment.CI || environment.TERM === 'dumb') return plain;
  return spinningProgress(plain, isColoured, signal);
}

function plainProgress(terminal: Terminal, now: () => number): Progress {
  let next = now() + plainEvery * 1000;
  return {
    ...silent,
    update(summary) {
      if (now() < next) return;
      next = now() + plainEvery * 1000;
      terminal.say(`hashsieve: ${progressLine(summary)}`, { ...summary.outcomes });
    },
  };
}

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

/**
 * Shows a line that is redrawn in place, and `plain` while the terminal reports zero columns, by which ora would
 * divide. Hides the cursor itself, because ora's way listens to signals and ends the program before its outputs are
 * complete.
 */
async function spinningProgress(
  plain: Progress,
  isColoured: boolean,
  signal: AbortSignal,
): Promise<Progress> {
  const { default: ora } = await import('ora');
  const { stderr } = process;
  const spinner = ora({
    stream: stderr,
    discardStdin: false,
    hideCursor: false,
    isEnabled: true,
    color: isColoured && 'cyan',
  });
  let line = 'scanning';
  const hide = () => {
    if (!spinner.isSpinning) return;
    spinner.stop();
    stderr.write(showCursor);
  };
  const draw = () => {
    if (!(stderr.columns > 0)) return hide();
    // A line longer than the terminal would fill several rows, again at every redraw.
    spinner.text = line.slice(0, Math.max(0, stderr.columns - 3));
    if (spinner.isSpinning) return;
    stderr.write(hideCursor);
    spinner.start();
  };
  let isOver = false;
  const stop = () => {
    isOver = true;
    hide();
    stderr.off('resize', draw);
    process.off('exit', stop);
  };
  stderr.on('resize', draw);
  process.on('exit', stop);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  else draw();
  return {
    update(summary) {
      if (isOver) return;
      line = progressLine(summary);
      draw();
      if (!spinner.isSpinning) plain.update(summary);
    },
    aside: () => {
      spinner.clear();
    },
    stop,
  };
}

const progressLine = ({ outcomes }: Summary): string => {
  const done = outcomes.matched + outcomes.clear + outcomes.skipped + outcomes.failed;
  return `${grouped(done)} done, ${grouped(outcomes.matched)} matched, ${grouped(outcomes.failed)} failed`;
};
