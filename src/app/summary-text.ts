import { fileURLToPath } from 'node:url';
import {
  alarms,
  grouped,
  printable,
  type Shortfall,
  type Summary,
  testListName,
  type Voice,
} from '../core/index.js';
import type { ListIdentity } from '../core/types.js';
import { type Palette, plain } from '../outputs/index.js';
import type { CacheCounts } from '../runs/types.js';
import type { RunReport } from './scan.js';

/**
 * Writes how a run ended, in lines for people.
 * @param why what the run lacks, as `whyIncomplete` says.
 */
export function summaryLines(
  summary: Summary,
  lists: readonly ListIdentity[],
  why: readonly Shortfall[],
  { alarm, failure }: Palette = plain,
): string[] {
  const { outcomes, found } = summary;
  const named = lists
    .filter(({ name }) => name !== testListName)
    .map(
      (list) =>
        `${printable(list.name)} (${grouped(list.entries)} ${list.entries === 1 ? 'entry' : 'entries'})`,
    );
  const lines = [
    `Scanned ${grouped(found)} ${found === 1 ? 'asset' : 'assets'}, ${size(summary.bytes)}, in ${summary.seconds.toFixed(1)} s` +
      (named.length > 0 ? `, against ${named.join(', ')}.` : '.'),
    `  ${some(outcomes.matched, alarm, 'matched')} ${grouped(outcomes.matched)}${detail({
      ...summary.categories,
      ...(summary.tests > 0 ? { TEST: summary.tests } : {}),
      ...(summary.suppressed > 0 ? { suppressed: summary.suppressed } : {}),
      ...(summary.handled > 0 ? { handled: summary.handled } : {}),
    })}`,
    `  clear   ${grouped(outcomes.clear)}`,
    `  skipped ${grouped(outcomes.skipped)}${detail(summary.skipped)}`,
    `  ${some(outcomes.failed, failure, 'failed ')} ${grouped(outcomes.failed)}${detail(summary.failed)}`,
  ];
  const unread = detail(summary.problems);
  if (unread) lines.push(`  of the matched ones could not be read whole${unread}`);
  const acknowledged = acknowledgedOf(summary);
  if (acknowledged > 0)
    lines.push(
      `  ${grouped(acknowledged)} of what could not be read ${acknowledged === 1 ? 'is' : 'are'} acknowledged`,
    );
  if (summary.possible > 0)
    lines.push(
      `  ${grouped(summary.possible)} of the matches are no more than possible (--fail-on, docs/accuracy.md)`,
    );
  if (summary.degraded > 0)
    lines.push(`  ${grouped(summary.degraded)} damaged, hashed as far as they could be decoded`);
  if (summary.unreadListLines > 0)
    lines.push(
      `  ${grouped(summary.unreadListLines)} ${summary.unreadListLines === 1 ? 'line' : 'lines'} of the lists could not be read: what ${summary.unreadListLines === 1 ? 'it lists' : 'they list'} is not looked for`,
    );
  const outside = summary.skipped['symlink-outside'] ?? 0;
  if (outside > 0)
    lines.push(
      `  ${grouped(outside)} symbolic ${outside === 1 ? 'link leads' : 'links lead'} out of what is scanned and ${outside === 1 ? 'was' : 'were'} not looked at: ` +
        `--follow-symlinks scans what they point at, --ignore-symlinks passes over them`,
    );
  const missing = summary.skipped['decoder-missing'] ?? 0;
  if (missing > 0)
    lines.push(
      `  ${grouped(missing)} not looked at for want of a helper program: hashsieve doctor tells which and how to install it`,
    );
  if (summary.interrupted)
    lines.push('Interrupted: what is listed above was done; the rest was not looked at.');
  else if (found === 0) lines.push('Nothing was found to scan.');
  const lacking = [...new Set(why.flatMap((reason) => lackingWords[reason] ?? []))];
  if (lacking.length > 0) lines.push(failure(`Not complete: ${lacking.join('; ')}.`));
  return lines;
}

const acknowledgedOf = ({ acknowledged: { failed, skipped, problems } }: Summary): number =>
  [failed, ...Object.values(skipped), ...Object.values(problems)].reduce((sum, one) => sum + one, 0);

/**
 * Texts for what nobody may overlook at the end of a run: a defect, and an alarm. Each text is a few lines that belong
 * together.
 */
export function alarmTexts(summary: Summary, { alarm, test }: Palette = plain): string[] {
  const texts: string[] = [];
  if (summary.defects > 0)
    texts.push(
      `DEFECT OF HASHSIEVE over ${grouped(summary.defects)} of these: not looked at to the end. Report it with the message of decode/defect.`,
    );
  const real = alarms(summary) - summary.tests;
  if (real === 0 && summary.tests > 0)
    texts.push(test('TEST ALARM: only the test picture matched. Nothing illegal was found.'));
  if (real > 0)
    texts.push(
      `${alarm('MATCH. Do not open, copy, e-mail or delete what was found; let nobody else look at it.')}\n` +
        `What to do in the first hour: ${fileURLToPath(new URL('../../docs/found-something.md', import.meta.url))}`,
    );
  return texts;
}

/** How a run ended, and the colours for saying it. */
export type Ending = Omit<RunReport, 'summary'> & { readonly colours?: Palette };

/** Says how a run ended: the counts as one record, then each alarm or defect with the counts that concern it. */
export function saySummary(voice: Voice, summary: Summary, ending: Ending): void {
  const { scanId, code, why, lists, colours, cache } = ending;
  const { matched, clear, skipped, failed } = summary.outcomes;
  const counts = { scanId, code, matched, failed };
  const level = code === 0 ? 'info' : 'warning';
  const lines = [
    ...summaryLines(summary, lists, why, colours),
    ...(cache ? cacheLines(cache) : []),
    ...supplyLines(ending),
    ...(summary.pictures === 0 ? ['No picture at all was looked at.'] : []),
  ];
  const { found, bytes, seconds } = summary;
  const all = {
    ...counts,
    found,
    clear,
    skipped,
    bytes,
    seconds,
    complete: why.length === 0,
    incomplete: why,
    ...ending.supply,
    ...(ending.waiting === undefined ? {} : { waiting: ending.waiting }),
  };
  voice.say(lines.join('\n'), { level, ...all });
  for (const text of alarmTexts(summary, colours)) voice.say(text, { level: 'warning', ...counts });
}

/** Colours a word where the number before it is not 0. */
const some = (number: number, paint: (text: string) => string, word: string): string =>
  number > 0 ? paint(word) : word;

/**
 * Lines for a run that had no list of others to compare with: what it compared with, what waits, and what to do.
 */
export function supplyLines({ supply, waiting = 0 }: Pick<RunReport, 'supply' | 'waiting'>): string[] {
  if (!supply || supply.listed > 0 || supply.services) return [];
  const own = supply.own > 0 ? ' and entries of your own' : '';
  const files = waiting === 1 ? 'file waits' : 'files wait';
  return [
    `NO LIST OF OTHERS: compared with the test picture${own} only. What others know was not looked for.`,
    ...(waiting > 0
      ? [
          `  ${grouped(waiting)} ${files} in the ledger, fingerprinted. With a list: hashsieve rematch --list FILE`,
        ]
      : []),
    ...(supply.ownNamed
      ? [
          '  A list that hash or a community wrote counts as your own: --category csam, or another, says what it is for.',
        ]
      : []),
    '  How to get a list: hashsieve init, docs/get-a-list.md',
  ];
}

/** Lines on what the ledger saved, and on its damage. */
export function cacheLines(counts: CacheCounts): string[] {
  const { reused, verified, differed, resumed, leftOut, quarantined } = counts;
  const lines: string[] = [];
  if (leftOut > 0) lines.push(`  ${grouped(leftOut)} left out: unchanged since the last complete run`);
  if (resumed > 0) lines.push(`  ${grouped(resumed)} finished before the run was interrupted`);
  if (reused > 0)
    lines.push(`  ${grouped(reused)} unchanged since they were read, matched without reading them again`);
  if (quarantined > 0)
    lines.push(
      `  ${grouped(quarantined)} crashed the decoder before and were not decoded again: --retry-quarantined tries them`,
    );
  if (verified > 0)
    lines.push(`  ${grouped(verified)} unchanged ones read again to check, ${grouped(differed)} differ`);
  if (differed > 0)
    lines.push('Files changed without their times showing it: scan with --no-cache and find out why.');
  return lines;
}

const notClear = 'what failed or could not be read is not known to be clear';

/** What a run lacks, in words. What gets a line of its own elsewhere is left out. */
const lackingWords: Readonly<Partial<Record<Shortfall, string>>> = {
  budget: 'its time was up',
  failed: notClear,
  'partly-read': notClear,
  unseen: notClear,
  'partly-seen':
    'of some that did not match only a part was seen, for damage or for the number of their frames (--allow-degraded)',
  sums: 'some of what was found has no result, which is a defect: please report it',
  lists: 'part of a list could not be read, and is not looked for',
  ledger: 'the ledger could not be read or written whole',
  outputs: 'an output was lost',
  summary: 'the summary was lost',
  notices: 'somebody was not told of what was detected',
};

const detail = (counts: Readonly<Record<string, number>>): string => {
  const parts = Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name} ${grouped(value)}`);
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
};

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), 4);
  return `${(bytes / 1000 ** power).toFixed(1)} ${['', 'kB', 'MB', 'GB', 'TB'][power]}`;
}
