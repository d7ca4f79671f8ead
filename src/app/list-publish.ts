import { join } from 'node:path';
import { UsageError } from '../core/index.js';
import { listWriters, publishedTable } from '../lists/index.js';
import { type Exported, type ExportOptions, writeLists } from './list-export.js';
import { type Surroundings, surrounded } from './surroundings.js';

/** What is published, and where to. */
export interface PublishOptions extends Omit<ExportOptions, 'outputFile' | 'exportFormat'> {
  /** Path of the directory for the files. */
  readonly publishTo?: string | undefined;
  /** What those who read it may do with it. */
  readonly consent?: string | undefined;
}

/** A file that was published. `written` 0: nothing in the lists fits it, and there is no file. */
export interface Published extends Exported {
  readonly path: string;
}

/**
 * Writes an operator's own removals for others to use: as HMA and ThreatExchange tools read them, as a table with
 * provenance and consent, and as Matrix policy events. Takes entries of the category `own` unless the options name
 * others.
 * @throws UsageError without a directory and words of consent, and as `exportLists`
 * @example
 * await publishLists(['own.jsonl'], { publishTo: 'public', consent: 'may be shared among admins' });
 */
export async function publishLists(
  paths: readonly string[],
  options: PublishOptions,
  given: Surroundings = {},
): Promise<readonly Published[]> {
  const around = surrounded(given);
  const { publishTo, consent, ...others } = options;
  if (!publishTo) throw new UsageError('say which directory the files go to with -o DIRECTORY');
  if (!consent?.trim())
    throw new UsageError('say with --consent TEXT what those who read the list may do with it');
  if (paths.includes('-')) throw new UsageError('-: the list is read three times; give a file');
  const files = [
    ['removals.txt', listWriters.threatexchange],
    ['removals.csv', publishedTable(consent)],
    ['removals.matrix.jsonl', listWriters.matrix],
  ] as const;
  const published: Published[] = [];
  for (const [name, writer] of files) {
    const path = join(publishTo, name);
    // The first reading has told what could not be used.
    const quiet = others.quiet || published.length > 0;
    const what = { onlyCategory: ['own'], ...defined(others), outputFile: path, quiet };
    published.push({ path, ...(await writeLists(paths, what, around, writer)) });
  }
  return published;
}

const defined = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
