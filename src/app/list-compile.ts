import { reasonOf } from '../config/index.js';
import { type HashList, isHalfRead, linesOf, monotonic, printable, UsageError } from '../core/index.js';
import { isFull, OutputLost, version } from '../files/index.js';
import { storageOf } from '../fingerprints/index.js';
import { type Compiled, compileLists } from '../matching/index.js';
import { requireListApart } from './list-file.js';
import { type ListOptions, openLists } from './lists.js';
import { pluginsOf } from './plugins.js';
import { type Around, type Surroundings, surrounded } from './surroundings.js';

/** How lists are read, and where the compiled list is written. */
export interface CompileOptions extends ListOptions {
  /** Path of the compiled list. */
  readonly compiled?: string | undefined;
}

/** Facts of a compiled list that was written. */
export interface CompiledFile {
  readonly compiled: Compiled;
  /** Seconds that the compiling took. */
  readonly seconds: number;
  /** True where too many lines of a list could not be read; their entries are missing. */
  readonly isHalfRead: boolean;
}

/**
 * Reads hash lists and writes them to one file that opens at once; returns undefined where the caller aborted it.
 * @throws UsageError for a list that cannot be read or is compiled already, and where the file cannot be written;
 * OutputLost where the disk is full
 * @example
 * await compileListFiles(['known.csv', 'own.txt'], { compiled: 'known.hsx' });
 */
export async function compileListFiles(
  paths: readonly string[],
  options: CompileOptions,
  given: Surroundings = {},
): Promise<CompiledFile | undefined> {
  const around = surrounded(given);
  const path = options.compiled;
  if (path === undefined)
    throw new UsageError('nowhere to write to: name the compiled list with -o FILE.hsx');
  await requireListApart(path, paths, around);
  const lists = await uncompiledLists(paths, options, around);
  const storage = storageOf((await pluginsOf(around)).algorithms);
  const started = monotonic();
  try {
    const { signal } = around;
    const how = { tool: version, now: new Date(), ...storage, signal };
    const compiled = await compileLists(lists, path, how);
    return {
      compiled,
      seconds: (monotonic() - started) / 1000,
      isHalfRead: lists.flatMap(linesOf).some(isHalfRead),
    };
  } catch (error) {
    if (around.signal.aborted) return undefined;
    if (isFull(error)) throw new OutputLost(path, error);
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new UsageError(`compiled list ${printable(path)} cannot be written: ${reasonOf(error)}`);
  }
}

/** Loads the lists. Raises UsageError for one that is compiled already. */
async function uncompiledLists(
  paths: readonly string[],
  options: CompileOptions,
  around: Around,
): Promise<HashList[]> {
  const opened = await openLists({ ...options, list: paths }, around);
  return opened.map((known, order) => {
    if ('identity' in known) return known;
    throw new UsageError(
      `${printable(paths[order]!)} is compiled already: compile the lists that it was made of`,
    );
  });
}
