import { printable } from '../core/index.js';
import type { CompiledFacts, Findable, ListFileFacts } from './list-info.js';

type Answer = CompiledFacts | ListFileFacts;

const age = ({ ageDays }: ListFileFacts): string =>
  ageDays === undefined
    ? ''
    : ` (${ageDays === 0 ? 'today' : ageDays === 1 ? '1 day old' : `${ageDays} days old`})`;

const counts = (some: Readonly<Record<string, number>>) =>
  Object.entries(some)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || 'none';

/** What a list holds and can find, in lines for people. */
export const listText = (answer: Answer): string =>
  ('lists' in answer ? compiledLines(answer) : readLines(answer))
    .map((line) => `${printable(line)}\n`)
    .join('');

const finds = {
  altered: 'exact copies, and altered ones by their hashes of pixels',
  exact: 'exact copies only: a picture that somebody re-encoded or resized is not found',
  nothing: 'nothing',
} as const;

/** What a list can find. */
const findLine = (answer: Findable): string => {
  const shares = Object.entries(answer.shares).map(([name, share]) => `${name} ${percent(share)}`);
  return `  finds ${finds[answer.finds]}${shares.length > 0 ? ` (of its hashes: ${shares.join(', ')})` : ''}`;
};

const percent = (share: number): string => (share < 0.001 ? 'under 0.1 %' : `${+(share * 100).toFixed(1)} %`);

const compiledLines = (answer: CompiledFacts): string[] => [
  `${answer.path}`,
  `  compiled ${answer.created} by hashsieve ${answer.tool}`,
  `  sha256 ${answer.sha256}`,
  ...answer.lists.flatMap(({ name, entries, sha256, hashes, categories }) => [
    `  list ${name}: ${entries} entries (${counts(hashes)}; ${counts(categories)})`,
    `    sha256 ${sha256}`,
  ]),
  ...answer.algorithms.map(
    ({ algorithm, hashes, distinct }) => `  ${algorithm}: ${hashes} hashes, ${distinct} of them distinct`,
  ),
  findLine(answer),
];

function readLines(answer: ListFileFacts): string[] {
  const { notUsable, sync } = answer;
  const under = sync?.underWay;
  return [
    `${answer.path}`,
    `  format ${answer.format}, up to date ${answer.updatedAt ?? 'unknown'}${age(answer)}`,
    `  sha256 ${answer.sha256}`,
    `  ${answer.entries} entries that can be matched (${counts(answer.hashes)}; ${counts(answer.categories)})`,
    ...(answer.videos > 0 ? [`  ${answer.videos} videos, whose frames are entries`] : []),
    `  not usable: kinds that cannot be computed ${counts(notUsable.kinds)}; left out ${counts(notUsable.leftOut)}; bad lines ${notUsable.badLines}`,
    findLine(answer),
    ...(notUsable.entriesOfOnlyThese > 0
      ? [
          `  ${notUsable.entriesOfOnlyThese} more entries have nothing but kinds that cannot be computed: they need a plug-in that ` +
            'brings the algorithm, and are not looked for without it',
        ]
      : []),
    ...answer.warnings.map((warning) => `  warning: ${warning}`),
    ...(sync
      ? [
          `  synced ${sync.syncedAt ?? 'never whole'} from ${sync.source}, read up to ${sync.upTo ?? '-'}; not kept: ${counts(sync.notKept)}`,
        ]
      : []),
    ...(under ? [`  a sync is under way, or was cut short: ${under.pages} pages since ${under.since}`] : []),
  ];
}
