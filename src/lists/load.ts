import { basename, extname } from 'node:path';
import type { HashList } from '../core/index.js';
import { ListBuilder } from './builder.js';
import { ListReader, type ListReport, type LoadOptions } from './read.js';

/** A list in memory, and what the reader did with its rows. */
export interface LoadedList {
  readonly list: HashList;
  readonly report: ListReport;
}

/**
 * Reads a hash list into memory. Raises UsageError, which names the file and the line, where the file cannot be read,
 * holds no usable hash, does not name the algorithm, or (`strict`) has a line that cannot be read. Raises the signal's
 * reason once it aborts.
 */
export async function loadList(options: LoadOptions): Promise<LoadedList> {
  const reader = new ListReader(options);
  const builder = new ListBuilder();
  for await (const batch of reader.entries())
    for (const { line, id, labels, hashes } of batch) builder.add(line, id, labels, hashes);
  const { path, name = basename(path, extname(path)) } = options;
  const list = builder.finish({ name, sha256: reader.sha256(), entries: builder.entries });
  if (list.columns.size === 0) throw reader.emptyList();
  const report = reader.report();
  return { list: { ...list, read: report.read }, report };
}
