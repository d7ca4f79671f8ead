import type { CompiledColumn, ListLabels } from '../../core/index.js';
import { categories } from '../../core/types.js';
import type { ColumnMeta, CompiledMeta, Section } from './format.js';
import type { PagedFile } from './pages.js';

/** Reads `count` u32 of a section, from number `index` on. */
export function numbersAt(file: PagedFile, section: Section, index: number, count: number): Uint32Array {
  return new Uint32Array(file.read(section.offset + index * 4, count * 4).slice().buffer);
}

const decoder = new TextDecoder();

/** Text number `index` of a section of texts, whose ends are in `ends`. */
function textAt(file: PagedFile, ends: Section, blob: Section, index: number): string {
  const first = Math.max(index - 1, 0);
  const bytes = file.read(ends.offset + first * 8, (index - first + 1) * 8).slice();
  const numbers = new Float64Array(bytes.buffer);
  const from = index === 0 ? 0 : numbers[0]!;
  const to = numbers.at(-1)!;
  if (!(from >= 0 && from <= to && to <= blob.length)) throw file.damaged('a text');
  return to === from ? '' : decoder.decode(file.read(blob.offset + from, to - from));
}

/** Makes the function that reads the entries of a row. */
export function entryReader(
  file: PagedFile,
  column: ColumnMeta,
  meta: CompiledMeta,
): CompiledColumn['entries'] {
  return function* (row) {
    const from = row === 0 ? 0 : numbersAt(file, column.rowEnds, row - 1, 1)[0]!;
    const to = numbersAt(file, column.rowEnds, row, 1)[0]!;
    if (from > to || to > column.hashes) throw file.damaged(`the entries of ${column.algorithm}`);
    for (let at = from; at < to; at++) {
      const { list, ...labels } = readLabel(file, meta, numbersAt(file, column.labels, at, 1)[0]!);
      yield { list, entry: { id: textAt(file, column.idEnds, column.ids, at), ...labels } };
    }
  };
}

function readLabel(
  file: PagedFile,
  { labels, lists }: CompiledMeta,
  number: number,
): ListLabels & { list: number } {
  if (number >= labels.count) throw file.damaged('a label');
  const text = textAt(file, labels.ends, labels.text, number);
  try {
    const label = JSON.parse(text) as ListLabels & { list: number };
    if (lists[label.list] !== undefined && categories.includes(label.category)) return label;
  } catch {
    // Other bytes than the writer wrote: damaged, like a label without a list.
  }
  throw file.damaged('a label');
}
