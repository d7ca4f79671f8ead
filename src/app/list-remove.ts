import { printable, UsageError } from '../core/index.js';
import { exists } from './list-file.js';
import { changeOwnList } from './own-list.js';

/**
 * Removes entries from a list of the operator's own.
 * @param path path of a list in JSON lines
 * @param ids of entries, as events and `diffLists` show them
 * @returns the number of lines that were removed
 * @throws UsageError where the list or one of the entries does not exist; nothing is changed then
 * @example
 * await removeFromList('own.jsonl', ['own-3f2a9c']);
 */
export async function removeFromList(path: string, ids: readonly string[]): Promise<number> {
  if (!(await exists(path))) throw new UsageError(`${printable(path)}: there is no such list`);
  const missing = new Set(ids);
  let removed = 0;
  await changeOwnList(path, async (lines, out) => {
    for await (const line of lines) {
      const id = idOf(line);
      if (id !== undefined && ids.includes(id)) {
        missing.delete(id);
        removed++;
      } else await out(`${line}\n`);
    }
    // Thrown inside the change, so that the list stays as it was.
    if (missing.size > 0)
      throw new UsageError(
        `${printable(path)} has no entry ${[...missing].map((id) => `"${printable(id)}"`).join(', ')}`,
      );
  });
  return removed;
}

/** The id of the entry in a line of an own list. */
export function idOf(line: string): string | undefined {
  try {
    const { id } = JSON.parse(line) as { id?: unknown };
    return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
  } catch {
    return undefined;
  }
}
