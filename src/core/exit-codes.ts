import { alarms, type RunConduct, type Summary, whyIncomplete } from './summary.js';

/** The exit codes of docs/exit-codes.md and `--help`. */
export const exitCodes = {
  clean: 0,
  crash: 1,
  usage: 2,
  incomplete: 3,
  match: 10,
  matchIncomplete: 11,
  interrupted: 130,
} as const;

/** The exit codes as `--help` explains them. */
export const exitCodesHelp = `Exit codes:
  0    clean and complete
  1    crash: a defect of ours, or the program could not start
  2    wrong usage or configuration: nothing was scanned
  3    incomplete, no match: something failed or could not be read, a list included, or nothing was found to scan
  10   match
  11   match, and incomplete
  130  interrupted: what was done is kept`;

/** What decides the exit code besides the counts of a run. */
export interface ExitPolicy extends RunConduct {
  /** False: a match gives 0 instead of 10, and 3 instead of 11. */
  readonly fail?: boolean | undefined;
  /** The least sure band that sets the exit code for a match: `strong` (default) or `possible`. */
  readonly failOn?: string | undefined;
}

/** The exit code for the same result where a part could not be read. */
export const incompletely = (code: number): number =>
  code === exitCodes.clean
    ? exitCodes.incomplete
    : code === exitCodes.match
      ? exitCodes.matchIncomplete
      : code;

/** The exit code of a finished scan. A reader of its output that ended early (`| head`) is no error. */
export function exitCodeOf(summary: Summary, { fail, failOn, ...conduct }: ExitPolicy): number {
  const why = whyIncomplete(summary, conduct);
  if (why.includes('interrupted')) return exitCodes.interrupted;
  const complete = why.every((reason) => reason === 'reader-gone');
  const sure = alarms(summary) - (failOn === 'possible' ? 0 : (summary.possible ?? 0));
  if (sure === 0 || fail === false) return complete ? exitCodes.clean : exitCodes.incomplete;
  return complete ? exitCodes.match : exitCodes.matchIncomplete;
}
