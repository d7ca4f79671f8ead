import { type HashColumn, type HashList, isHalfRead, type ListEntry, linesOf, toHex } from '../core/index.js';
import { loadList } from '../lists/index.js';
import { givenOn, type ListOptions, readOptions, reportList } from './lists.js';
import { pluginsOf } from './plugins.js';
import { type Surroundings, surrounded } from './surroundings.js';

/** How one entry changed under one algorithm. */
export interface ListChange {
  readonly change: 'came' | 'went' | 'changed';
  /** Id of the entry. */
  readonly id: string;
  readonly algorithm: string;
  readonly category: string;
  readonly classification?: string;
  /** The earlier category and grade of an entry that is `changed`. */
  readonly before?: { readonly category: string; readonly classification?: string };
}

/** The differences between two states of a list. */
export interface ListDifference {
  /** Computed while they are read; they can be read once. */
  readonly changes: Iterable<ListChange>;
  /** True where too many lines of one of the two files could not be read. */
  readonly isHalfRead: boolean;
}

/**
 * Compares two states of a list by the ids of their entries. Shows no hashes.
 * @param paths the older and the newer list file
 * @throws UsageError for a list that cannot be read
 * @example
 * const { changes } = await diffLists(['yesterday.jsonl', 'today.jsonl']);
 * for (const { change, id } of changes) console.log(change, id);
 */
export async function diffLists(
  [older, newer]: readonly [string, string],
  options: ListOptions = {},
  given: Surroundings = {},
): Promise<ListDifference> {
  const around = surrounded(given);
  const load = async (path: string): Promise<HashList> => {
    const { list, report } = await loadList({
      path,
      ...givenOn(path, around),
      ...(await pluginsOf(around)).reading,
      ...readOptions(options),
      signal: around.signal,
    });
    reportList(report, options, around.voice);
    return list;
  };
  const [before, after] = [await load(older), await load(newer)];
  return {
    changes: changesOf(before, after),
    isHalfRead: [before, after].flatMap(linesOf).some(isHalfRead),
  };
}

function* changesOf(before: HashList, after: HashList): Generator<ListChange> {
  for (const algorithm of new Set([...before.columns.keys(), ...after.columns.keys()])) {
    const old = rowsOf(before.columns.get(algorithm));
    const now = rowsOf(after.columns.get(algorithm));
    const of = (change: ListChange['change'], entry: ListEntry): ListChange => ({
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

/** Entries by hash and id. An entry without an id of its own is known by its hash alone. */
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
