import { UsageError } from '../../core/index.js';
import { imageLayout, isIndexable, pageSize, wholePages } from '../image.js';
import { again, type ColumnMeta, type CompiledMeta, type Section } from './format.js';

/**
 * Checks that a description is valid, and that its sections lie within the body and have the right lengths. Checksums
 * only prove that the file has not changed since it was written, not that it was written correctly. Raises UsageError.
 * @param algorithms names of the known algorithms, each with its width in bits.
 */
export function checkMeta(
  meta: CompiledMeta,
  bodyLength: number,
  algorithms: Readonly<Record<string, number>>,
): void {
  try {
    const { labels, lists, columns } = meta;
    const fits = fitting(bodyLength);
    require(fits(labels.ends, labels.count * 8) && fits(labels.text, labels.text.length), 'labels');
    const isRead = ({ read }: CompiledMeta['lists'][number]) =>
      read === undefined || (read.unread >= 0 && read.lines >= read.unread);
    require(lists.every(isRead), 'lists');
    const isDated = ({ updatedAt }: CompiledMeta['lists'][number]) =>
      updatedAt === undefined || !Number.isNaN(Date.parse(updatedAt));
    require(lists.every(isDated), 'lists');
    require(lists.length > 0 && lists.every((list) => typeof list.name === 'string'), 'lists');
    for (const column of columns) checkColumn(column, fits, algorithms);
  } catch (error) {
    // A TypeError means that a member is missing.
    throw error instanceof TypeError ? new UsageError(`its description is damaged: ${again}`) : error;
  }
}

function require(right: boolean, what: string): void {
  if (!right) throw new UsageError(`its ${what} contradict themselves: ${again}`);
}

type Fits = (section: Section, wanted: number) => boolean;

const fitting =
  (bodyLength: number): Fits =>
  ({ offset, length }, wanted) =>
    Number.isSafeInteger(offset) &&
    Number.isSafeInteger(length) &&
    offset >= 0 &&
    length >= 0 &&
    offset % pageSize === 0 &&
    length === wanted &&
    offset + wholePages(length) <= bodyLength;

const isCount = (count: number) => Number.isInteger(count) && count > 0 && count < 2 ** 32;

function checkColumn(column: ColumnMeta, fits: Fits, algorithms: Readonly<Record<string, number>>): void {
  const { algorithm, bits, rows, hashes, shards = [], sorted } = column;
  const name = JSON.stringify(algorithm);
  if (!Object.hasOwn(algorithms, algorithm) || algorithms[algorithm] !== bits) {
    throw new UsageError(
      `it holds ${bits}-bit hashes of ${name}, which this program does not compute: ${again}, or name the plug-in that brings them (docs/plugins.md)`,
    );
  }
  require(isCount(rows) && isCount(hashes) && rows <= hashes, `${name} rows`);
  require(fits(column.rowEnds, rows * 4) && fits(column.labels, hashes * 4), `${name} entries`);
  require(fits(column.idEnds, hashes * 8) && fits(column.ids, column.ids.length), `${name} ids`);
  if (sorted) {
    require(fits(sorted.starts, 65537 * 4) && fits(sorted.rows, (rows * bits) / 8), `${name} hashes`);
    return;
  }
  for (const shard of shards) {
    require(isCount(shard.rows) && isIndexable(bits), `${name} shards`);
    require(fits(shard.image, wholePages(imageLayout(bits, shard.rows).length)), `${name} tables`);
  }
  require(shards.reduce((sum, shard) => sum + shard.rows, 0) === rows, `${name} shards`);
}
