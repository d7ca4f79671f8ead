import { defectCode } from './errors.js';
import type { Outcome, ScanResult } from './types.js';

/** What a run amounts to. Plain data: `--summary FILE` writes it as JSON. */
export interface Summary {
  /** Assets that a source named; every one of them has exactly one outcome. */
  found: number;
  outcomes: Record<Outcome, number>;
  /** Skipped assets by reason. */
  skipped: Record<string, number>;
  /** Failed assets by `stage/code`. */
  failed: Record<string, number>;
  /** Matched assets that could not be read whole, by `stage/code`. */
  problems: Record<string, number>;
  /** Assets decoded only as far as their damage allowed. */
  degraded: number;
  /** Assets of which some pixels were too poor to fingerprint (`low-quality`), whatever their outcome. */
  lowQuality: number;
  /** Assets over which a defect of ours showed, whatever their outcome. */
  defects: number;
  /** Matched assets by category of their best match; neither suppressed ones nor tests. */
  categories: Record<string, number>;
  /** Matched assets whose surest match is no more than possible. */
  possible: number;
  /** Matched assets whose every match is suppressed by an allow list. */
  suppressed: number;
  /** Matched assets of which nothing but test entries matched: an exercise. */
  tests: number;
  /** Lines of the hash lists and allow lists that could not be read. */
  unreadListLines: number;
  /** Bytes of all assets that were read. */
  bytes: number;
  /** Wall time, seconds. */
  seconds: number;
  /** True when the run was stopped before its end. */
  interrupted: boolean;
}

export function emptySummary(): Summary {
  return {
    found: 0,
    outcomes: { matched: 0, clear: 0, skipped: 0, failed: 0 },
    skipped: {},
    failed: {},
    problems: {},
    degraded: 0,
    lowQuality: 0,
    defects: 0,
    categories: {},
    possible: 0,
    suppressed: 0,
    tests: 0,
    unreadListLines: 0,
    bytes: 0,
    seconds: 0,
    interrupted: false,
  };
}

const bump = (counts: Record<string, number>, key: string) => {
  counts[key] = (counts[key] ?? 0) + 1;
};

/** Adds one result to the counters, in place. */
export function count(summary: Summary, result: ScanResult): void {
  summary.outcomes[result.outcome] += 1;
  summary.bytes += result.facts?.size ?? 0;
  if (result.facts?.degraded) summary.degraded += 1;
  if (result.withheld.length > 0) summary.lowQuality += 1;
  const problem = result.outcome === 'matched' ? result.problem : result;
  if (problem && 'code' in problem && problem.code === defectCode) summary.defects += 1;
  if (result.outcome === 'matched') {
    const live = result.matches.filter(({ suppressed }) => !suppressed);
    const [best] = live;
    if (!best) summary.suppressed += 1;
    else if (best.category === 'test') summary.tests += 1;
    else bump(summary.categories, best.category);
    if (result.problem) bump(summary.problems, `${result.problem.stage}/${result.problem.code}`);
    if (best && live.every(({ band }) => band === 'possible')) summary.possible += 1;
  }
  if (result.outcome === 'skipped') bump(summary.skipped, result.reason);
  if (result.outcome === 'failed') bump(summary.failed, `${result.stage}/${result.code}`);
}

/** Matched assets that ring the alarm: all but those that an allow list marks as harmless. Tests ring it, too. */
export const alarms = (summary: Summary): number => summary.outcomes.matched - summary.suppressed;

/**
 * Skip reasons that leave a picture unseen: a run with one of them is not clean. The others (`not-an-image`,
 * `low-quality`) are complete answers.
 */
export const unseenReasons = [
  'unsupported-format',
  'decoder-missing',
  'encrypted',
  'not-computed',
  'robots',
  'outside-folder',
] as const;

/** True for one of `unseenReasons`. */
export const isUnseen = (reason: string): boolean => (unseenReasons as readonly string[]).includes(reason);

const codeOf = (problem: string): string => problem.slice(problem.indexOf('/') + 1);

/** True when every asset that was found got an answer, and there was one (house rule R1). */
export function isComplete(
  summary: Summary,
  allow: { empty?: boolean; unsupported?: boolean } = {},
): boolean {
  const { matched, clear, skipped, failed } = summary.outcomes;
  const reasons = [...Object.keys(summary.skipped), ...Object.keys(summary.problems).map(codeOf)];
  const unseen = reasons.some(isUnseen);
  return (
    !summary.interrupted &&
    (summary.found > 0 || allow.empty === true) &&
    failed === 0 &&
    Object.keys(summary.problems).map(codeOf).every(isUnseen) &&
    (!unseen || allow.unsupported === true) &&
    matched + clear + skipped + failed === summary.found
  );
}
