import type { Summary } from '../core/summary.js';
import type { Terminal } from './terminal.js';

/** Progress on standard error; it never touches standard output. */
export interface Progress {
  update(summary: Summary): void;
  /** Clears the line while something else is written to the terminal. */
  aside(): void;
  stop(): void;
}

const silent: Progress = { update() {}, aside() {}, stop() {} };
/** Seconds between plain lines: a log of a long run, not a flood. */
const plainEvery = 60;

/** A spinner on a terminal, a line a minute elsewhere, nothing when unwanted. */
export async function createProgress(
  terminal: Terminal,
  options: { readonly wanted: boolean; readonly ci: boolean; readonly now: () => number },
): Promise<Progress> {
  if (!options.wanted) return silent;
  if (!terminal.stderrIsTerminal || options.ci) {
    let next = options.now() + plainEvery * 1000;
    return {
      ...silent,
      update(summary) {
        if (options.now() < next) return;
        next = options.now() + plainEvery * 1000;
        terminal.say(`hashsieve: ${progressLine(summary)}`);
      },
    };
  }
  const { default: ora } = await import('ora');
  const spinner = ora({ stream: process.stderr, text: 'scanning', discardStdin: false }).start();
  return {
    update(summary) {
      spinner.text = progressLine(summary);
      if (!spinner.isSpinning) spinner.start();
    },
    aside: () => {
      spinner.clear();
    },
    stop: () => {
      spinner.stop();
    },
  };
}

const progressLine = ({ outcomes }: Summary): string => {
  const done = outcomes.matched + outcomes.clear + outcomes.skipped + outcomes.failed;
  return `${count(done)} done, ${count(outcomes.matched)} matched, ${count(outcomes.failed)} failed`;
};

/** 1234567 → 1,234,567. By hand: the first toLocaleString of a process takes 20 ms. */
export const count = (value: number): string => String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
