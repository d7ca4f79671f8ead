import type { Progress } from '../app/index.js';
import type { Summary } from '../core/index.js';
import type { Terminal } from './terminal.js';

const silent: Progress = { update() {}, aside() {}, stop() {} };
/** Seconds between plain lines: a log of a long run, not a flood. */
const plainEvery = 60;

export interface ProgressOptions {
  readonly wanted: boolean;
  readonly isColoured: boolean;
  /** `CI` and `TERM` tell of terminals that only look like one. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  /** Takes the spinner away, before somebody ends the program by force and it stays. */
  readonly signal: AbortSignal;
}

/** Progress on standard error, never on standard output: a spinner on a terminal, a line a minute elsewhere, nothing when unwanted. */
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
 * A line that is drawn anew in its place; `plain` instead while the terminal says that it has no columns, by which ora
 * would divide. The cursor is hidden by us: ora's own way listens to signals, and ends the program in the middle of its outputs.
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
    // One row: what is longer would be drawn over several, again at every turn.
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
  return `${count(done)} done, ${count(outcomes.matched)} matched, ${count(outcomes.failed)} failed`;
};

/** 1234567 → 1,234,567. By hand: the first toLocaleString of a process takes 20 ms. */
export const count = (value: number): string => String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
