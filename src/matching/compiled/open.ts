import {
  type CompiledColumn,
  type CompiledList,
  type ListFacts,
  printable,
  UsageError,
} from '../../core/index.js';
import { checkMeta } from './check.js';
import { openColumn } from './columns.js';
import { again, type CompiledIdentity, type CompiledMeta } from './format.js';
import { PagedFile } from './pages.js';

/** An open compiled list and its description. */
export interface OpenedList extends CompiledList {
  readonly path: string;
  readonly meta: CompiledMeta;
  /** SHA-256 of everything after the header, as the header has it; lower-case hex. */
  readonly sha256: string;
}

/**
 * Opens a compiled list. Reads only its description.
 * @param algorithms names of the known algorithms, each with its width in bits. Raises UsageError where the file cannot
 * be read, is damaged, or was made for another version or other algorithms.
 */
export function openCompiled(path: string, algorithms: Readonly<Record<string, number>>): OpenedList {
  return explained(path, () => {
    const file = new PagedFile(path);
    try {
      const meta = readMeta(file);
      checkMeta(meta, file.header.bodyLength, algorithms);
      const columns = new Map<string, CompiledColumn>();
      for (const column of meta.columns) columns.set(column.algorithm, openColumn(file, column, meta));
      const sha256 = Buffer.from(file.header.sha256).toString('hex');
      const lists = meta.lists.map(factsOf);
      return { path, lists, columns, meta, sha256, close: () => file.close() };
    } catch (error) {
      file.close();
      throw error;
    }
  });
}

const factsOf = ({ name, sha256, entries, read, updatedAt, categories }: CompiledIdentity): ListFacts => ({
  name,
  sha256,
  entries,
  read,
  updatedAt: updatedAt === undefined ? undefined : new Date(updatedAt),
  categories,
});

function readMeta(file: PagedFile): CompiledMeta {
  const { offset, length } = file.header.meta;
  const bytes = file.read(offset, length);
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as CompiledMeta;
  } catch {
    throw new UsageError(`its description is damaged: ${again}`);
  }
}

/** Runs `action`. Turns its errors into usage errors that name the file. */
function explained<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const label = printable(path);
    if (error instanceof UsageError)
      throw error.message.startsWith(label) ? error : new UsageError(`${label}: ${error.message}`);
    if (error instanceof Error && 'stage' in error) throw new UsageError(error.message);
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== undefined) throw new UsageError(`${label}: the compiled list cannot be read (${code})`);
    throw error;
  }
}
