import { createHash } from 'node:crypto';
import { basename, extname } from 'node:path';
import { isHalfRead, UsageError } from '../core/index.js';
import { jsonLines, LatestByKey } from '../lists/index.js';
import { gathering, listReader, requireListApart, tellOf, writeListFile } from './list-file.js';
import type { ListOptions } from './lists.js';
import { type Surroundings, surrounded } from './surroundings.js';

/** How lists are read, and where the merged one goes. */
export interface MergeOptions extends ListOptions {
  /** Path of a file in JSON lines. */
  readonly outputFile?: string | undefined;
}

/** What a merge wrote. */
export interface Merged {
  /** Entries in the new list. */
  readonly written: number;
  /** Entries that said what another one says. */
  readonly repeats: number;
  /** A line of one of the lists could not be read: what it lists is missing. */
  readonly isHalfRead: boolean;
}

/**
 * Writes several lists as one, in JSON lines; what two of them say alike is written once.
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
      const reader = listReader(path, options, around, { notes: true });
      for await (const batch of reader.entries())
        for (const entry of batch) {
          read++;
          // An entry without an id is named after its line, and two files have a line 7.
          const id = entry.id ?? `${basename(path, extname(path))}-line-${entry.line}`;
          const text = jsonLines({ ...entry, id });
          // Entries without ids are the same where all else is.
          const same = entry.id === undefined ? jsonLines({ ...entry, id: '' }) : text;
          await merged.add({ key: createHash('sha256').update(same).digest('base64url'), text });
        }
      tellOf(reader, options, around.voice);
      halfRead ||= isHalfRead(reader.report().read);
      reader.requireEntries();
    }
    await writeListFile(options.outputFile, async (out) => {
      const pieces = gathering(out);
      for await (const { text } of merged.standing()) {
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
