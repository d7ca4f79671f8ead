import { alarms, type RunConduct, type Summary, whyIncomplete } from './summary.js';

/** The contract of docs/exit-codes.md and `--help`. */
export const exitCodes = {
  clean: 0,
  crash: 1,
  usage: 2,
  incomplete: 3,
  match: 10,
  matchIncomplete: 11,
  interrupted: 130,
} as const;

export const exitCodesHelp = `Exit codes:
  0    clean and complete
  1    crash: a defect of ours, or the program could not start
  2    wrong usage or configuration: nothing was scanned
  3    incomplete, no match: something failed or could not be read, a list included, or nothing was found to scan
  10   match
  11   match, and incomplete
  130  interrupted: what was done is kept`;

export interface ExitPolicy extends RunConduct {
  /** False turns 10 and 11 into 0 and 3. */
  readonly fail?: boolean | undefined;
  /** The least sure band that counts as a match: `strong` unless `possible`. */
  readonly failOn?: string | undefined;
}

/** The same, where part of what it tells of could not be had. */
export const incompletely = (code: number): number =>
  code === exitCodes.clean
    ? exitCodes.incomplete
    : code === exitCodes.match
      ? exitCodes.matchIncomplete
      : code;

/** What a finished scan tells the shell. That its reader went away is no error (`| head`). */
export function exitCodeOf(summary: Summary, { fail, failOn, ...conduct }: ExitPolicy): number {
  const why = whyIncomplete(summary, conduct);
  if (why.includes('interrupted')) return exitCodes.interrupted;
  const complete = why.every((reason) => reason === 'reader-gone');
  const sure = alarms(summary) - (failOn === 'possible' ? 0 : (summary.possible ?? 0));
  if (sure === 0 || fail === false) return complete ? exitCodes.clean : exitCodes.incomplete;
  return complete ? exitCodes.match : exitCodes.matchIncomplete;
}
