import { isHalfRead, UsageError } from '../core/index.js';
import { type Category, categories } from '../core/types.js';
import { algorithmNames } from '../fingerprints/index.js';
import { listWriters, type ReadEntry } from '../lists/index.js';
import { gathering, listReader, requireListApart, tellOf, writeListFile } from './list-file.js';
import type { ListOptions } from './lists.js';
import { algorithmNamed } from './plan.js';
import { type Around, type Surroundings, surrounded } from './surroundings.js';

/** In which format, where to, and what of the lists. */
export interface ExportOptions extends ListOptions {
  /** Default: `jsonl`. */
  readonly exportFormat?: string | undefined;
  /** Path; `-`, or none, is standard output. */
  readonly outputFile?: string | undefined;
  /** Names of algorithms; default: all of them. */
  readonly onlyAlgorithm?: readonly string[] | undefined;
  readonly onlyCategory?: readonly string[] | undefined;
  readonly onlySupplier?: readonly string[] | undefined;
}

/** What an export wrote. */
export interface Exported {
  /** Hashes. 0: of what was chosen nothing is left, and nothing was written. */
  readonly written: number;
  /** Hashes of kinds that the format has no place for. */
  readonly unwritten: number;
  /** A line of one of the lists could not be read: what it lists is missing. */
  readonly isHalfRead: boolean;
}

/** An empty file must not take the place of a list. */
class NothingLeft extends Error {}

type Writer = (typeof listWriters)[keyof typeof listWriters];

/**
 * Writes lists in another format, in memory that does not grow with them.
 * @throws UsageError for a list that cannot be read, a name that is none, and where the output cannot be written
 * @example
 * await exportLists(['ncmec.xml'], { exportFormat: 'hex', onlyAlgorithm: ['pdq'], outputFile: 'ncmec.txt' });
 */
export async function exportLists(
  paths: readonly string[],
  options: ExportOptions,
  given: Surroundings = {},
): Promise<Exported> {
  const around = surrounded(given);
  const { outputFile, exportFormat = 'jsonl' } = options;
  await requireListApart(outputFile, paths, around);
  const choose = chooserOf(options);
  const writer: Writer = listWriters[exportFormat as keyof typeof listWriters];
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

const hasPlaceFor = (writer: Writer, algorithm: string): boolean =>
  !('algorithms' in writer) || writer.algorithms.includes(algorithm);

/** Raises UsageError where there is no standard output. */
function streamOf({ stream }: Around) {
  if (!stream) throw new UsageError('say where the list goes with -o FILE');
  return (text: string) => stream.write(text);
}

/** Which hashes of an entry are wanted. Raises UsageError for a name that is none. */
function chooserOf({ onlyAlgorithm, onlyCategory, onlySupplier: suppliers }: ExportOptions) {
  const algorithms: readonly string[] = onlyAlgorithm?.map(algorithmNamed) ?? algorithmNames;
  const chosen = onlyCategory ?? categories;
  const unknown = chosen.find((name) => !categories.includes(name as Category));
  if (unknown !== undefined) throw new UsageError(`--only-category: choose of ${categories.join(', ')}`);
  return ({ labels, hashes }: ReadEntry): ReadEntry['hashes'] =>
    chosen.includes(labels.category) && (!suppliers || suppliers.includes(labels.supplier ?? ''))
      ? hashes.filter(({ algorithm }) => algorithms.includes(algorithm))
      : [];
}

/** The entries of one list; at its end what of it is not usable is said, and noted. Raises UsageError. */
async function* entriesOf(
  path: string,
  options: ExportOptions,
  around: Around,
  counts: { isHalfRead: boolean },
): AsyncGenerator<ReadEntry> {
  const reader = listReader(path, options, around, { notes: true });
  for await (const batch of reader.entries()) yield* batch;
  tellOf(reader, options, around.voice);
  counts.isHalfRead ||= isHalfRead(reader.report().read);
  reader.requireEntries();
}
