import { printable } from '../../../core/uri.js';
import type { OpenedList } from '../../../matching/compiled/open.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { exitCodes } from '../../exit-codes.js';

export const info: CommandSpec = {
  name: 'info',
  about: 'tell what compiled lists hold: counts by list, algorithm and category, digests, date',
  args: [{ name: '<file...>', about: 'compiled lists' }],
  options: ['findingsFormat', 'config', 'printConfig'],
  examples: ['hashsieve list info known.hsx'],
  run: runInfo,
};

async function runInfo({ args, values, terminal }: CommandContext): Promise<number> {
  const { openCompiled } = await import('../../../matching/compiled/open.js');
  const { algorithmBits } = await import('../../../fingerprints/index.js');
  const answers = args.map((path) => {
    const opened = openCompiled(path, algorithmBits);
    opened.close();
    return describe(opened);
  });
  if (values.findingsFormat === 'json') await terminal.write(`${JSON.stringify(answers, null, 2)}\n`);
  else for (const answer of answers) await terminal.write(inWords(answer));
  return exitCodes.clean;
}

const describe = ({ path, sha256, meta: { tool, created, lists, columns } }: OpenedList) => ({
  path,
  created,
  tool,
  sha256,
  lists,
  algorithms: columns.map(({ algorithm, hashes, rows }) => ({ algorithm, hashes, distinct: rows })),
});

function inWords(answer: ReturnType<typeof describe>): string {
  const counts = (some: Readonly<Record<string, number>>) =>
    Object.entries(some)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ');
  const lines = [
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
  return lines.map((line) => `${printable(line)}\n`).join('');
}
