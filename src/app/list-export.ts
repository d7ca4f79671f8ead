import { isHalfRead, UsageError } from '../core/index.js';
import { type Category, categories } from '../core/types.js';
import type { OwnAlgorithm } from '../fingerprints/index.js';
import { type ListWriter, listWriters, type ReadEntry } from '../lists/index.js';
import { gathering, listReader, reportRead, requireListApart, writeListFile } from './list-file.js';
import type { ListOptions } from './lists.js';
import { algorithmAmong } from './plan.js';
import { pluginsOf } from './plugins.js';
import { type Around, type Surroundings, surrounded } from './surroundings.js';

/** The format, the place and the selection of an export. */
export interface ExportOptions extends ListOptions {
  /** Name of a format. Default: `jsonl`. */
  readonly exportFormat?: string | undefined;
  /** Path; `-` is standard output, which is also the default. */
  readonly outputFile?: string | undefined;
  /** Names of algorithms whose hashes are written. Default: all. */
  readonly onlyAlgorithm?: readonly string[] | undefined;
  readonly onlyCategory?: readonly string[] | undefined;
  readonly onlySupplier?: readonly string[] | undefined;
}

/** What an export wrote. */
export interface Exported {
  /** Number of hashes. 0 means that the selection was empty; no file was written then. */
  readonly written: number;
  /** Number of hashes that the format cannot express. */
  readonly unwritten: number;
  /** True where too many lines of a list could not be read; their entries are missing. */
  readonly isHalfRead: boolean;
}

/** Raised so that an empty file does not replace a list. */
class NothingLeft extends Error {}

/**
 * Writes lists in another format, in memory that does not grow with them.
 * @throws UsageError for a list that cannot be read, an unknown name, and where the output cannot be written
 * @example
 * await exportLists(['ncmec.xml'], { exportFormat: 'hex', onlyAlgorithm: ['pdq'], outputFile: 'ncmec.txt' });
 */
export async function exportLists(
  paths: readonly string[],
  options: ExportOptions,
  given: Surroundings = {},
): Promise<Exported> {
  const { exportFormat = 'jsonl' } = options;
  const writer = listWriters[exportFormat as keyof typeof listWriters];
  return writeLists(paths, options, surrounded(given), writer);
}

/** Writes lists with a writer. Raises as `exportLists`. */
export async function writeLists(
  paths: readonly string[],
  options: ExportOptions,
  around: Around,
  writer: ListWriter,
): Promise<Exported> {
  const { outputFile } = options;
  await requireListApart(outputFile, paths, around);
  const choose = chooserOf(options, (await pluginsOf(around)).algorithms);
  const counts = { written: 0, unwritten: 0, isHalfRead: false };
  const write = async (out: (text: string) => Promise<unknown>) => {
    const pieces = gathering(out);
    await pieces.add(writer.begin);
    for (const path of paths)
      for await (const entry of entriesOf(path, options, around, counts)) {
        const hashes = choose(entry);
        const kept = hashes.filter(({ algorithm }) => hasPlaceFor(writer, algorithm));
        counts.unwritten += hashes.length - kept.length;
        if (kept.length === 0) continue;
        counts.written += kept.length;
        await pieces.add(writer.entry({ ...entry, hashes: kept }));
      }
    if (counts.written === 0) throw new NothingLeft();
    await pieces.flush();
  };
  try {
    if (outputFile && outputFile !== '-') await writeListFile(outputFile, write);
    else await write(streamOf(around));
  } catch (error) {
    if (!(error instanceof NothingLeft)) throw error;
  }
  return counts;
}

const hasPlaceFor = ({ algorithms }: ListWriter, algorithm: string): boolean =>
  algorithms?.includes(algorithm) ?? true;

/** The standard output. Raises UsageError where there is none. */
function streamOf({ stream }: Around) {
  if (!stream) throw new UsageError('say where the list goes with -o FILE');
  return (text: string) => stream.write(text);
}

/** Makes a function that chooses hashes of an entry. Raises UsageError for an unknown name. */
function chooserOf(
  { onlyAlgorithm, onlyCategory, onlySupplier: suppliers }: ExportOptions,
  plugins: readonly OwnAlgorithm[],
) {
  const algorithms = onlyAlgorithm?.map((name) => algorithmAmong(name, plugins));
  const chosen = onlyCategory ?? categories;
  const unknown = chosen.find((name) => !categories.includes(name as Category));
  if (unknown !== undefined) throw new UsageError(`--only-category: choose of ${categories.join(', ')}`);
  return ({ labels, hashes }: ReadEntry): ReadEntry['hashes'] =>
    chosen.includes(labels.category) && (!suppliers || suppliers.includes(labels.supplier ?? ''))
      ? hashes.filter(({ algorithm }) => algorithms?.includes(algorithm) ?? true)
      : [];
}

/** Yields the entries of one list; at its end it says and notes what could not be used. Raises UsageError. */
async function* entriesOf(
  path: string,
  options: ExportOptions,
  around: Around,
  counts: { isHalfRead: boolean },
): AsyncGenerator<ReadEntry> {
  const reader = await listReader(path, options, around, { notes: true });
  for await (const batch of reader.entries()) yield* batch;
  reportRead(reader, options, around.voice);
  counts.isHalfRead ||= isHalfRead(reader.report().read);
  reader.requireEntries();
}
