import type { HashColumn, HashList, ListLabels } from '../core/index.js';
import type { ListIdentity } from '../core/types.js';

/** A buffer of bytes that doubles when it is full. */
class Bytes {
  #store = new Uint8Array(1024);
  length = 0;

  append(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.#store.length) {
      const grown = new Uint8Array(Math.max(this.#store.length * 2, this.length + bytes.length));
      grown.set(this.#store.subarray(0, this.length));
      this.#store = grown;
    }
    this.#store.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** The bytes, in a buffer of exactly their length. */
  take(): Uint8Array {
    return this.#store.slice(0, this.length);
  }
}

/** A buffer of 32-bit numbers that doubles when it is full. */
class Numbers {
  #store = new Uint32Array(256);
  length = 0;

  push(value: number): void {
    if (this.length === this.#store.length) {
      const grown = new Uint32Array(this.length * 2);
      grown.set(this.#store);
      this.#store = grown;
    }
    this.#store[this.length++] = value;
  }

  take(): Uint32Array {
    return this.#store.slice(0, this.length);
  }
}

/** Collects the entries of a list column by column: a few dozen bytes an entry, where objects would take far more. */
export class ListBuilder {
  readonly #columns = new Map<string, { hashes: Bytes; entries: Numbers }>();
  readonly #ids = new Bytes();
  /** Where each entry's id ends in `#ids`. An entry without an id adds nothing there; its line names it. */
  readonly #idEnds = new Numbers();
  readonly #lines = new Numbers();
  readonly #labelsOf = new Numbers();
  readonly #labels: ListLabels[] = [];
  readonly #labelRows = new Map<string, number>();
  readonly #encoder = new TextEncoder();

  /** How many entries it has. */
  get entries(): number {
    return this.#lines.length;
  }

  /** Adds an entry with its hashes, of which there must be one or more. */
  add(
    line: number,
    id: string | undefined,
    labels: ListLabels,
    hashes: readonly { algorithm: string; bytes: Uint8Array }[],
  ) {
    const entry = this.entries;
    if (id !== undefined) this.#ids.append(this.#encoder.encode(id));
    this.#idEnds.push(this.#ids.length);
    this.#lines.push(line);
    this.#labelsOf.push(this.#intern(labels));
    for (const { algorithm, bytes } of hashes) {
      let column = this.#columns.get(algorithm);
      if (!column) {
        column = { hashes: new Bytes(), entries: new Numbers() };
        this.#columns.set(algorithm, column);
      }
      column.hashes.append(bytes);
      column.entries.push(entry);
    }
  }

  #intern(labels: ListLabels): number {
    const key = JSON.stringify(labels);
    const known = this.#labelRows.get(key);
    if (known !== undefined) return known;
    this.#labelRows.set(key, this.#labels.length);
    return this.#labels.push(labels) - 1;
  }

  /** Returns the finished list. Do not use the builder afterwards. */
  finish(identity: ListIdentity): HashList {
    const ids = this.#ids.take();
    const idEnds = this.#idEnds.take();
    const lines = this.#lines.take();
    const labelsOf = this.#labelsOf.take();
    const decoder = new TextDecoder();
    const idAt = (entry: number): string => {
      const from = entry === 0 ? 0 : idEnds[entry - 1]!;
      const to = idEnds[entry]!;
      return from === to ? `line-${lines[entry]}` : decoder.decode(ids.subarray(from, to));
    };
    const columns = new Map<string, HashColumn>();
    for (const [algorithm, column] of this.#columns) {
      const entries = column.entries.take();
      const hashes = column.hashes.take();
      const bits = (hashes.length / entries.length) * 8;
      const labels = (row: number) => this.#labels[labelsOf[entries[row]!]!]!;
      const entry = (row: number) => ({ id: idAt(entries[row]!), ...labels(row) });
      columns.set(algorithm, { bits, size: entries.length, hashes, entry, labels });
    }
    return { identity, columns };
  }
}
