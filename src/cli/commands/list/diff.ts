import {
  type HashColumn,
  type HashList,
  isHalfRead,
  type ListEntry,
  linesOf,
  printable,
  toHex,
} from '../../../core/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { exitCodes } from '../../exit-codes.js';
import { commonOptions, readingOptions } from '../../options.js';

export const diff: CommandSpec = {
  name: 'diff',
  about: 'what came to a list and what went, by entry id; hashes are not shown',
  args: [
    { name: '<old>', about: 'list file' },
    { name: '<new>', about: 'list file' },
  ],
  options: ['format', ...readingOptions, ...commonOptions],
  examples: ['hashsieve list diff yesterday.jsonl today.jsonl'],
  run: runDiff,
};

interface Change {
  readonly change: 'came' | 'went' | 'changed';
  readonly id: string;
  readonly algorithm: string;
  readonly category: string;
  readonly classification?: string;
  /** What it was before, for `changed`. */
  readonly before?: { readonly category: string; readonly classification?: string };
}

async function runDiff({ args, values, terminal, signal }: CommandContext): Promise<number> {
  const { loadList } = await import('../../../lists/index.js');
  const { algorithmBits } = await import('../../../fingerprints/index.js');
  const { givenOn, readOptions, tellReport } = await import('../../../app/index.js');
  const load = async (path: string): Promise<HashList> => {
    const { list, report } = await loadList({
      path,
      ...givenOn(path),
      algorithms: algorithmBits,
      ...readOptions(values),
      signal,
    });
    tellReport(report, values, terminal);
    return list;
  };
  const [before, after] = [await load(args[0]!), await load(args[1]!)];
  const format = values.format ?? (terminal.stdoutIsTerminal ? 'text' : 'jsonl');
  const counts = { came: 0, went: 0, changed: 0 };
  const changes: Change[] = [];
  for (const change of changesOf(before, after)) {
    counts[change.change]++;
    if (format === 'json') changes.push(change);
    else await terminal.write(format === 'text' ? inWords(change) : `${JSON.stringify(change)}\n`);
  }
  if (format === 'json')
    await terminal.write(`${JSON.stringify({ schema: 'hashsieve/list-diff/1', counts, changes })}\n`);
  if (!values.quiet) terminal.say(`${counts.came} came, ${counts.went} went, ${counts.changed} changed`);
  const isIncomplete = [before, after].flatMap(linesOf).some(isHalfRead);
  return isIncomplete ? exitCodes.incomplete : exitCodes.clean;
}

const inWords = ({ change, id, algorithm, category, classification, before }: Change): string => {
  const was = before ? ` (was ${[before.category, before.classification].filter(Boolean).join(' ')})` : '';
  return `${change.padEnd(7)} ${printable(id)} ${algorithm} ${printable([category, classification].filter(Boolean).join(' '))}${printable(was)}\n`;
};

function* changesOf(before: HashList, after: HashList): Generator<Change> {
  for (const algorithm of new Set([...before.columns.keys(), ...after.columns.keys()])) {
    const old = rowsOf(before.columns.get(algorithm));
    const now = rowsOf(after.columns.get(algorithm));
    const of = (change: Change['change'], entry: ListEntry): Change => ({
      change,
      algorithm,
      ...said(entry),
      id: entry.id,
    });
    for (const [key, entry] of old) if (!now.has(key)) yield of('went', entry);
    for (const [key, entry] of now) {
      const known = old.get(key);
      if (!known) yield of('came', entry);
      else if (known.category !== entry.category || known.classification !== entry.classification)
        yield { ...of('changed', entry), before: said(known) };
    }
  }
}

const said = ({ category, classification }: ListEntry) => ({
  category,
  ...(classification !== undefined && { classification }),
});

/** Entries by hash and id; an entry that is only named by its line is its hash. */
function rowsOf(column: HashColumn | undefined): Map<string, ListEntry> {
  const rows = new Map<string, ListEntry>();
  if (!column) return rows;
  const bytes = column.bits / 8;
  for (let row = 0; row < column.size; row++) {
    const entry = column.entry(row);
    const hash = toHex(column.hashes.subarray(row * bytes, (row + 1) * bytes));
    rows.set(/^line-\d+$/.test(entry.id) ? hash : `${hash} ${entry.id}`, entry);
  }
  return rows;
}
