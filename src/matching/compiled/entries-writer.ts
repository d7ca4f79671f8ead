import type { HashColumn, ListLabels } from '../../core/index.js';
import type { ColumnMeta, CompiledMeta } from './format.js';
import type { CompiledWriter } from './writer.js';

/** The hashes of one list. */
interface Part {
  /** Number of the list. */
  readonly list: number;
  readonly column: HashColumn;
}

const blockSize = 1 << 20;

const bytesOf = (numbers: Uint32Array | Float64Array) =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);

/** What entries say about hashes, apart from their ids: each combination is stored once. */
export class LabelTable {
  readonly #numbers = new Map<string, number>();
  /** Lists use one object for equal labels, so that most look-ups need no text. */
  readonly #seen = new Map<number, Map<ListLabels, number>>();

  numberOf(list: number, labels: ListLabels): number {
    const seen = this.#seen.get(list) ?? new Map<ListLabels, number>();
    this.#seen.set(list, seen);
    let number = seen.get(labels);
    if (number === undefined) {
      const text = JSON.stringify({ list, ...labels });
      number = this.#numbers.get(text) ?? this.#numbers.size;
      this.#numbers.set(text, number);
      seen.set(labels, number);
    }
    return number;
  }

  async write(writer: CompiledWriter): Promise<CompiledMeta['labels']> {
    const ends = new Float64Array(this.#numbers.size);
    const text = await writer.section(encoded(this.#numbers.keys(), ends));
    return { count: ends.length, ends: await writer.section([bytesOf(ends)]), text };
  }
}

/** The texts as UTF-8, in blocks. It writes into `ends` where each text ends. */
function* encoded(texts: Iterable<string>, ends: Float64Array): Generator<Uint8Array> {
  let block = Buffer.allocUnsafe(blockSize);
  let at = 0;
  let before = 0;
  let number = 0;
  for (const text of texts) {
    if (at + 3 * text.length > block.length) {
      yield block.subarray(0, at);
      before += at;
      at = 0;
      block = Buffer.allocUnsafe(Math.max(blockSize, 3 * text.length));
    }
    at += block.write(text, at);
    ends[number++] = before + at;
  }
  yield block.subarray(0, at);
}

/**
 * Writes the entries of each hash, in the order of rows, so that a match reads a few neighbouring bytes.
 * @param rowOf the row of every hash, part after part.
 */
export async function writeEntries(
  writer: CompiledWriter,
  parts: readonly Part[],
  rowOf: Uint32Array,
  rows: number,
  table: LabelTable,
): Promise<Pick<ColumnMeta, 'rowEnds' | 'labels' | 'idEnds' | 'ids'>> {
  const { rowEnds, order } = groupByRow(rowOf, rows);
  const partOf = new Uint16Array(rowOf.length);
  const firsts: number[] = [];
  let first = 0;
  for (const [number, { column }] of parts.entries()) {
    partOf.fill(number, first, first + column.size);
    firsts.push(first);
    first += column.size;
  }
  const labels = new Uint32Array(order.length);
  for (let at = 0; at < order.length; at++) {
    const hash = order[at]!;
    const number = partOf[hash]!;
    const { list, column } = parts[number]!;
    labels[at] = table.numberOf(list, column.labels(hash - firsts[number]!));
  }
  const idEnds = new Float64Array(order.length);
  function* ids() {
    for (const hash of order) {
      const number = partOf[hash]!;
      yield parts[number]!.column.entry(hash - firsts[number]!).id;
    }
  }
  return {
    rowEnds: await writer.section([bytesOf(rowEnds)]),
    labels: await writer.section([bytesOf(labels)]),
    ids: await writer.section(encoded(ids(), idEnds)),
    idEnds: await writer.section([bytesOf(idEnds)]),
  };
}

/** The numbers of hashes in the order of their rows, and where each row ends. */
function groupByRow(rowOf: Uint32Array, rows: number): { rowEnds: Uint32Array; order: Uint32Array } {
  const next = new Uint32Array(rows + 1);
  for (const row of rowOf) next[row + 1]! += 1;
  for (let row = 0; row < rows; row++) next[row + 1]! += next[row]!;
  const rowEnds = next.slice(1);
  const order = new Uint32Array(rowOf.length);
  for (let hash = 0; hash < rowOf.length; hash++) {
    const row = rowOf[hash]!;
    order[next[row]!] = hash;
    next[row]! += 1;
  }
  return { rowEnds, order };
}
