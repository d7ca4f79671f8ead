import { defectCode } from './errors.js';
import { isHalfRead, type LinesRead } from './hash-list.js';
import type { AssetFacts, Outcome, ScanResult } from './types.js';

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
  /** Pictures and videos that were looked at: matched, clear, or too flat to be told from others. */
  pictures: number;
  /** Assets decoded only as far as their damage allowed. */
  degraded: number;
  /** Assets that did not match, and of which only a part was seen: degraded ones, and those whose frames were sampled. */
  partlySeen: number;
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

/**
 * The counts of a run that has not begun.
 * @example
 * const summary = emptySummary();
 * for await (const result of scanner.scan(refs)) {
 *   summary.found += 1;
 *   count(summary, result);
 * }
 */
export function emptySummary(): Summary {
  return {
    found: 0,
    outcomes: { matched: 0, clear: 0, skipped: 0, failed: 0 },
    skipped: {},
    failed: {},
    problems: {},
    pictures: 0,
    degraded: 0,
    partlySeen: 0,
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

function isPictureSeen(result: ScanResult): boolean {
  const isSeen =
    result.outcome === 'matched' ||
    result.outcome === 'clear' ||
    (result.outcome === 'skipped' && result.reason === 'low-quality');
  return isSeen && /^(image|video)\//.test(result.facts?.mediaType ?? '');
}

/**
 * Adds one result to the counters, in place.
 * @example
 * count(summary, result);
 * console.log(summary.outcomes.matched);
 */
export function count(summary: Summary, result: ScanResult): void {
  summary.outcomes[result.outcome] += 1;
  summary.bytes += result.facts?.size ?? 0;
  if (isPictureSeen(result)) summary.pictures += 1;
  if (result.facts?.degraded) summary.degraded += 1;
  if (result.outcome !== 'matched' && result.facts && isPartlySeen(result.facts)) summary.partlySeen += 1;
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
  'unknown-format',
  'decoder-missing',
  'encrypted',
  'not-computed',
  'robots',
  'outside-folder',
  'symlink-outside',
] as const;

/** Those that `--allow-unsupported` forgives: the others tell of something that was to be had. */
export const forgivableReasons = ['unsupported-format', 'unknown-format', 'decoder-missing'] as const;

/** True where only a part of a picture was seen: it is damaged, or its frames were too many to look at all of them. */
export const isPartlySeen = ({ degraded, sampled }: AssetFacts): boolean =>
  degraded === true || sampled === true;

/** True for one of `unseenReasons`. */
export const isUnseen = (reason: string): boolean => (unseenReasons as readonly string[]).includes(reason);

const codeOf = (problem: string): string => problem.slice(problem.indexOf('/') + 1);

/** What of a run, besides its counts, decides whether it is complete. */
export interface RunConduct {
  /** That nothing was found is no fault. */
  readonly allowEmpty?: boolean | undefined;
  /** What is skipped for one of these reasons is no fault; true: for any of `forgivableReasons`, and never for another. */
  readonly allowUnsupported?: boolean | readonly string[] | undefined;
  /** That a picture which did not match was seen in part only is no fault. */
  readonly allowDegraded?: boolean | undefined;
  /** How much was read of the hash lists and allow lists that it was compared with. */
  readonly lists?: readonly LinesRead[];
  /** Its time was up before its end. */
  readonly outOfTime?: boolean;
  /** It was stopped because nobody read its outputs any more: what it did not come to is no fault. */
  readonly readerGone?: boolean;
  /** The ledger could not be read or written whole. */
  readonly ledgerLost?: boolean;
  /** An output could not be written. */
  readonly outputLost?: boolean;
  /** The file of the summary could not be written. */
  readonly summaryLost?: boolean;
  /** Somebody could not be told of what was detected. */
  readonly untold?: boolean;
}

/** Why a run is not complete. The names stand in `--summary`; they are only ever added. */
export const shortfalls = [
  'interrupted',
  'budget',
  'reader-gone',
  'nothing-found',
  'failed',
  'partly-read',
  'unseen',
  'partly-seen',
  'sums',
  'lists',
  'ledger',
  'outputs',
  'summary',
  'notices',
] as const;
export type Shortfall = (typeof shortfalls)[number];

/**
 * The one definition of a complete run: one of which this is empty. The exit code, the words of the summary, `--summary`,
 * the last success of heartbeat and metrics, and what the ledger lets `--since` leave out all follow from it.
 * @example
 * const why = whyIncomplete(summary, { allowEmpty: true }); // ['failed']
 */
export function whyIncomplete(summary: Summary, conduct: RunConduct = {}): readonly Shortfall[] {
  const { outOfTime = false, readerGone = false, lists = [] } = conduct;
  const isCut = summary.interrupted || outOfTime;
  const holds: Readonly<Record<Shortfall, boolean>> = {
    ...(readerGone ? noAssetCounts : assetsShort(summary, conduct, isCut)),
    interrupted: summary.interrupted,
    budget: outOfTime,
    'reader-gone': readerGone,
    lists: lists.some(isHalfRead),
    ledger: conduct.ledgerLost === true,
    outputs: conduct.outputLost === true,
    summary: conduct.summaryLost === true,
    notices: conduct.untold === true,
  };
  return shortfalls.filter((reason) => holds[reason]);
}

const noAssetCounts = {
  'nothing-found': false,
  failed: false,
  'partly-read': false,
  unseen: false,
  'partly-seen': false,
  sums: false,
} as const;

/** What is lacking by the counts: every asset that was found must have an answer, and there must be one (house rule R1). */
function assetsShort(
  { found, outcomes, skipped, problems, partlySeen }: Summary,
  { allowEmpty, allowUnsupported, allowDegraded }: RunConduct,
  isCut: boolean,
): Record<keyof typeof noAssetCounts, boolean> {
  const answered = outcomes.matched + outcomes.clear + outcomes.skipped + outcomes.failed;
  const partly = Object.keys(problems).map(codeOf);
  return {
    'nothing-found': found === 0 && allowEmpty !== true,
    failed: outcomes.failed > 0,
    'partly-read': !partly.every(isUnseen),
    unseen: [...Object.keys(skipped), ...partly].some(
      (reason) => isUnseen(reason) && !isForgiven(reason, allowUnsupported),
    ),
    'partly-seen': partlySeen > 0 && allowDegraded !== true,
    sums: !isCut && answered !== found,
  };
}

function isForgiven(reason: string, allowed: RunConduct['allowUnsupported']): boolean {
  const isForgivable = (forgivableReasons as readonly string[]).includes(reason);
  return isForgivable && (allowed === true || (Array.isArray(allowed) && allowed.includes(reason)));
}

/**
 * True when the counts alone make a complete run.
 * @example
 * if (!isComplete(summary)) process.exitCode = 3;
 */
export const isComplete = (
  summary: Summary,
  {
    empty,
    unsupported,
    degraded,
  }: { readonly empty?: boolean; readonly unsupported?: boolean; readonly degraded?: boolean } = {},
): boolean =>
  whyIncomplete(summary, { allowEmpty: empty, allowUnsupported: unsupported, allowDegraded: degraded })
    .length === 0;
