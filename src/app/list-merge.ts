import { createHash } from 'node:crypto';
import { basename, extname } from 'node:path';
import { isHalfRead, UsageError } from '../core/index.js';
import { jsonLines, LatestByKey } from '../lists/index.js';
import { gathering, listReader, reportRead, requireListApart, writeListFile } from './list-file.js';
import type { ListOptions } from './lists.js';
import { type Surroundings, surrounded } from './surroundings.js';

/** How lists are read, and where the merged list is written. */
export interface MergeOptions extends ListOptions {
  /** Path of the merged list, which is in JSON lines. */
  readonly outputFile?: string | undefined;
}

/** What a merge wrote. */
export interface Merged {
  /** Number of entries in the new list. */
  readonly written: number;
  /** Number of entries that were left out because another entry says the same. */
  readonly repeats: number;
  /** True where too many lines of a list could not be read; their entries are missing. */
  readonly isHalfRead: boolean;
}

/**
 * Writes several lists as one list in JSON lines. Of entries that say the same, it writes one.
 * @throws UsageError for a list that cannot be read or holds nothing, and where the output cannot be written
 * @example
 * const { written, repeats } = await mergeLists(['ncmec.xml', 'own.jsonl'], { outputFile: 'all.jsonl' });
 */
export async function mergeLists(
  paths: readonly string[],
  options: MergeOptions,
  given: Surroundings = {},
): Promise<Merged> {
  const around = surrounded(given);
  if (!options.outputFile) throw new UsageError('say where the list goes with -o FILE');
  await requireListApart(options.outputFile, paths, around);
  let read = 0;
  let written = 0;
  let halfRead = false;
  const merged = new LatestByKey<{ key: string; text: string }>();
  try {
    for (const path of paths) {
      const reader = await listReader(path, options, around, { notes: true });
      for await (const batch of reader.entries())
        for (const entry of batch) {
          read++;
          // An entry without an id gets an id from its file and line: line numbers alone repeat from file to file.
          const id = entry.id ?? `${basename(path, extname(path))}-line-${entry.line}`;
          const text = jsonLines({ ...entry, id });
          // Two entries without ids are the same where everything else is equal.
          const same = entry.id === undefined ? jsonLines({ ...entry, id: '' }) : text;
          await merged.add({ key: createHash('sha256').update(same).digest('base64url'), text });
        }
      reportRead(reader, options, around.voice);
      halfRead ||= isHalfRead(reader.report().read);
      reader.requireEntries();
    }
    await writeListFile(options.outputFile, async (out) => {
      const pieces = gathering(out);
      for await (const { text } of merged.current()) {
        written++;
        await pieces.add(text);
      }
      await pieces.flush();
    });
  } finally {
    await merged.close();
  }
  return { written, repeats: read - written, isHalfRead: halfRead };
}
