import { printable } from '../../../core/index.js';
import type { SyncState } from '../../../exchanges/index.js';
import type { OpenedList } from '../../../matching/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { exitCodes } from '../../exit-codes.js';
import { readingOptions } from '../../options.js';

export const info: CommandSpec = {
  name: 'info',
  about: 'tell what lists hold: counts by algorithm and category, what is not usable, digests, dates, syncs',
  args: [{ name: '<file...>', about: 'lists, compiled or not, or names of synced ones' }],
  options: ['findingsFormat', ...readingOptions, 'config', 'printConfig'],
  examples: ['hashsieve list info known.hsx', 'hashsieve list info ncmec'],
  run: runInfo,
};

async function runInfo(context: CommandContext): Promise<number> {
  const { args, values, terminal } = context;
  const { isCompiledFile } = await import('../../../matching/index.js');
  const answers: Answer[] = [];
  for (const path of args)
    answers.push((await isCompiledFile(path)) ? await describe(path) : await read(path, context));
  if (values.findingsFormat === 'json') await terminal.write(`${JSON.stringify(answers, null, 2)}\n`);
  else for (const answer of answers) await terminal.write(lines(answer));
  return exitCodes.clean;
}

type Answer = Awaited<ReturnType<typeof describe>> | Awaited<ReturnType<typeof read>>;

async function describe(path: string) {
  const { openCompiled } = await import('../../../matching/index.js');
  const { algorithmBits } = await import('../../../fingerprints/index.js');
  const opened: OpenedList = openCompiled(path, algorithmBits);
  opened.close();
  const { sha256, meta } = opened;
  const { tool, created, lists, columns } = meta;
  const algorithms = columns.map(({ algorithm, hashes, rows }) => ({ algorithm, hashes, distinct: rows }));
  return { path: opened.path, created, tool, sha256, lists, algorithms };
}

/** Reads a list that is not compiled, whole, and what is known of its syncs. Raises UsageError. */
async function read(path: string, context: CommandContext) {
  const { listReader } = await import('../../../app/index.js');
  const { readState, updatedAt } = await import('../../../exchanges/index.js');
  const reader = listReader(path, context);
  let entries = 0;
  for await (const batch of reader.entries()) entries += batch.length;
  const { format, hashes, categories, foreign, leftOut, read, warnings } = reader.report();
  const state = path === '-' ? undefined : await readState(path);
  return {
    path,
    format,
    sha256: reader.sha256(),
    ...(path === '-' ? {} : { updatedAt: (await updatedAt(path)).toISOString() }),
    entries,
    hashes,
    categories,
    notUsable: { kinds: foreign, leftOut, badLines: read.unread },
    warnings,
    ...(state && { sync: syncOf(state) }),
  };
}

const syncOf = ({ source, syncedAt, upTo, passed = {}, pending }: SyncState) => ({
  source,
  syncedAt,
  upTo,
  notKept: passed,
  ...(pending && { underWay: { since: pending.at, pages: pending.pages, round: pending.round } }),
});

const counts = (some: Readonly<Record<string, number>>) =>
  Object.entries(some)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || 'none';

const lines = (answer: Answer): string =>
  ('lists' in answer ? compiledLines(answer) : readLines(answer))
    .map((line) => `${printable(line)}\n`)
    .join('');

const compiledLines = (answer: Awaited<ReturnType<typeof describe>>): string[] => [
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
];

function readLines(answer: Awaited<ReturnType<typeof read>>): string[] {
  const { notUsable, sync } = answer;
  const under = sync?.underWay;
  return [
    `${answer.path}`,
    `  format ${answer.format}, up to date ${answer.updatedAt ?? 'unknown'}`,
    `  sha256 ${answer.sha256}`,
    `  ${answer.entries} entries that can be matched (${counts(answer.hashes)}; ${counts(answer.categories)})`,
    `  not usable: kinds that cannot be computed ${counts(notUsable.kinds)}; left out ${counts(notUsable.leftOut)}; bad lines ${notUsable.badLines}`,
    ...answer.warnings.map((warning) => `  warning: ${warning}`),
    ...(sync
      ? [
          `  synced ${sync.syncedAt ?? 'never whole'} from ${sync.source}, read up to ${sync.upTo ?? '-'}; not kept: ${counts(sync.notKept)}`,
        ]
      : []),
    ...(under ? [`  a sync is under way, or was cut short: ${under.pages} pages since ${under.since}`] : []),
  ];
}
