import { defectCode } from './errors.js';
import { isHalfRead, type LinesRead } from './hash-list.js';
import type { AssetFacts, Decided, Outcome, ScanResult } from './types.js';

/** The counts of a run. Plain data: `--summary FILE` writes it as JSON. */
export interface Summary {
  /** Assets that a source named; each of them has exactly one outcome. */
  found: number;
  /** Number of assets by outcome. */
  outcomes: Record<Outcome, number>;
  /** Skipped assets by reason. */
  skipped: Record<string, number>;
  /** Failed assets by `stage/code`. */
  failed: Record<string, number>;
  /** Matched assets that could not be read whole, by `stage/code`. */
  problems: Record<string, number>;
  /** Pictures and videos that were looked at: matched, clear, or with too little information. */
  pictures: number;
  /** Assets that are damaged and were decoded in part. */
  degraded: number;
  /** Assets without a match of which only a part was seen: damaged ones, and those whose frames were sampled. */
  partlySeen: number;
  /** Assets with pixels that hold too little information for a fingerprint (`low-quality`), whatever their outcome. */
  lowQuality: number;
  /** Assets that met a defect of hashsieve, whatever their outcome. */
  defects: number;
  /** Matched assets by category of their best match, without suppressed ones, handled ones and tests. */
  categories: Record<string, number>;
  /** Matched assets whose surest match is only possible. */
  possible: number;
  /** Matched assets whose every match is suppressed by an allow list. */
  suppressed: number;
  /** Matched assets of which a person decided before: they raise no alarm while file and lists stay what they were. */
  handled: number;
  /**
   * What could not be read and a person acknowledged: number of failed assets, of skipped ones by reason, and of matched
   * ones that could not be read whole by `stage/code`. The other counts hold these assets too.
   */
  acknowledged: { failed: number; skipped: Record<string, number>; problems: Record<string, number> };
  /** Matched assets that only matched test entries: an exercise. */
  tests: number;
  /** Lines of the hash lists and allow lists that could not be read. */
  unreadListLines: number;
  /** Bytes of all assets that were read. */
  bytes: number;
  /** Wall time, seconds. */
  seconds: number;
  /** True where the run was stopped before its end. */
  interrupted: boolean;
}

/**
 * Makes the counts of a run that has not begun.
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
    handled: 0,
    acknowledged: { failed: 0, skipped: {}, problems: {} },
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

/** What people said of a result before. */
export interface Attended {
  /** What was decided about a detection. */
  readonly decided?: Decided | undefined;
  /** True where somebody acknowledged that the asset cannot be read. */
  readonly acknowledged?: boolean;
}

/**
 * Adds one result to the counters, in place.
 * @example
 * count(summary, result);
 * console.log(summary.outcomes.matched);
 */
export function count(summary: Summary, result: ScanResult, attended: Attended = {}): void {
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
    const isHandled = attended.decided !== undefined && attended.decided.rings === undefined;
    if (!best) summary.suppressed += 1;
    else if (isHandled) summary.handled += 1;
    else if (best.category === 'test') summary.tests += 1;
    else bump(summary.categories, best.category);
    if (result.problem) bump(summary.problems, `${result.problem.stage}/${result.problem.code}`);
    if (best && !isHandled && live.every(({ band }) => band === 'possible')) summary.possible += 1;
  }
  if (result.outcome === 'skipped') bump(summary.skipped, result.reason);
  if (result.outcome === 'failed') bump(summary.failed, `${result.stage}/${result.code}`);
  if (attended.acknowledged) countAcknowledged(summary.acknowledged, result);
}

function countAcknowledged(counts: Summary['acknowledged'], result: ScanResult): void {
  if (result.outcome === 'failed') counts.failed += 1;
  if (result.outcome === 'skipped') bump(counts.skipped, result.reason);
  if (result.outcome === 'matched' && result.problem)
    bump(counts.problems, `${result.problem.stage}/${result.problem.code}`);
}

/**
 * Number of matched assets that raise the alarm: all except those that an allow list suppresses or a person decided
 * about. Tests raise it too.
 */
export const alarms = (summary: Summary): number =>
  summary.outcomes.matched - summary.suppressed - summary.handled;

/**
 * Reasons of skips that leave a picture unseen: a run with one of them is not complete. The other reasons
 * (`not-an-image`, `low-quality`) are complete answers.
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

/** The reasons that `--allow-unsupported` forgives. The other reasons concern something that could have been read. */
export const forgivableReasons = ['unsupported-format', 'unknown-format', 'decoder-missing'] as const;

/** True where only a part of a picture was seen, because it is damaged or has too many frames. */
export const isPartlySeen = ({ degraded, sampled }: AssetFacts): boolean =>
  degraded === true || sampled === true;

/** True for one of `unseenReasons`. */
export const isUnseen = (reason: string): boolean => (unseenReasons as readonly string[]).includes(reason);

const codeOf = (problem: string): string => problem.slice(problem.indexOf('/') + 1);

/** Besides its counts, the facts that decide whether a run is complete. */
export interface RunConduct {
  /** Finding no assets is no fault. */
  readonly allowEmpty?: boolean | undefined;
  /** Skips for these reasons are no fault; true: for all of `forgivableReasons`. Other reasons are never forgiven. */
  readonly allowUnsupported?: boolean | readonly string[] | undefined;
  /** Seeing only a part of a picture that did not match is no fault. */
  readonly allowDegraded?: boolean | undefined;
  /** How many lines were read of the hash lists and allow lists. */
  readonly lists?: readonly LinesRead[];
  /** True where the time of `--budget` was up before the end. */
  readonly outOfTime?: boolean;
  /**
   * True where the run stopped because nobody read its outputs any more. Assets that it did not reach are no fault
   * then.
   */
  readonly readerGone?: boolean;
  /** True where the ledger could not be read or written completely. */
  readonly ledgerLost?: boolean;
  /** True where an output could not be written. */
  readonly outputLost?: boolean;
  /** True where the summary file could not be written. */
  readonly summaryLost?: boolean;
  /** True where a target could not be told of a detection. */
  readonly untold?: boolean;
}

/** The reasons why a run is not complete. `--summary` carries these names; names are only ever added. */
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
/** One of `shortfalls`. */
export type Shortfall = (typeof shortfalls)[number];

/**
 * The one definition of a complete run: a run is complete where this is empty. The exit code, the summary's words,
 * `--summary`, the last success in heartbeat and metrics, and what `--since` may leave out all follow from it.
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

/** What is lacking by the counts: there must be at least one asset, and every asset needs an answer. */
function assetsShort(
  { found, outcomes, skipped, problems, partlySeen, acknowledged }: Summary,
  { allowEmpty, allowUnsupported, allowDegraded }: RunConduct,
  isCut: boolean,
): Record<keyof typeof noAssetCounts, boolean> {
  const answered = outcomes.matched + outcomes.clear + outcomes.skipped + outcomes.failed;
  const partly = left(problems, acknowledged.problems).map(codeOf);
  return {
    'nothing-found': found === 0 && allowEmpty !== true,
    failed: outcomes.failed > acknowledged.failed,
    'partly-read': !partly.every(isUnseen),
    unseen: [...left(skipped, acknowledged.skipped), ...partly].some(
      (reason) => isUnseen(reason) && !isForgiven(reason, allowUnsupported),
    ),
    'partly-seen': partlySeen > 0 && allowDegraded !== true,
    sums: !isCut && answered !== found,
  };
}

/** The names of what was counted and not acknowledged. */
const left = (
  counts: Readonly<Record<string, number>>,
  acknowledged: Readonly<Record<string, number>>,
): string[] => Object.keys(counts).filter((name) => counts[name]! > (acknowledged[name] ?? 0));

function isForgiven(reason: string, allowed: RunConduct['allowUnsupported']): boolean {
  const isForgivable = (forgivableReasons as readonly string[]).includes(reason);
  return isForgivable && (allowed === true || (Array.isArray(allowed) && allowed.includes(reason)));
}

/**
 * True where the run is complete by its counts alone.
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
