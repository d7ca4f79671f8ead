import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, extname } from 'node:path';
import { UsageError } from '../core/errors.js';
import type { HashList } from '../core/hash-list.js';
import { type Category, categories } from '../core/types.js';
import { printable } from '../core/uri.js';
import { ListBuilder } from './builder.js';
import { type ListFormatName, listFormats } from './index.js';
import { type Judging, judge, type LeftOut } from './judge.js';
import { canonicalCategory, isGrade } from './names.js';
import { decodeText, peek } from './text.js';
import type { Algorithms, ListFormat, ListItem, ListProblem, ListRow } from './types.js';

/** Which list to load and how. */
export interface LoadOptions {
  /** The file; also names the list and the messages when `stream` is given. */
  readonly path: string;
  /** The file's bytes, where they come from elsewhere (standard input). */
  readonly stream?: AsyncIterable<Uint8Array>;
  /** Names of the algorithms that can be computed, each with its width in bits. */
  readonly algorithms: Algorithms;
  /** Name of the list in events; the file's name without extension. */
  readonly name?: string;
  /** Told by content, then by extension. */
  readonly format?: ListFormatName;
  /** Algorithm of hashes that don't name theirs; several: the one that the length allows. */
  readonly algorithm?: string | readonly string[];
  /** Field or algorithm → column name, where a header is not recognised. */
  readonly columns?: Readonly<Record<string, string>>;
  /** True: a line that cannot be read makes the list unusable. */
  readonly strict?: boolean;
  /** Category of entries that have none; `csam`, and `own` for what `hashsieve hash` wrote. */
  readonly category?: Category;
}

/** What became of the rows of a list file. Plain data. */
export interface ListReport {
  readonly path: string;
  readonly format: ListFormatName;
  /** Usable hashes by algorithm. */
  readonly hashes: Readonly<Record<string, number>>;
  /** Entries by category. */
  readonly categories: Readonly<Partial<Record<Category, number>>>;
  /** Lines that could not be read. */
  readonly problemCount: number;
  /** The first 100 of them. */
  readonly problems: readonly ListProblem[];
  /** Hashes that this program does not compute, by kind. */
  readonly foreign: Readonly<Record<string, number>>;
  /** Hashes left out because they would match what they don't mean, by reason. */
  readonly leftOut: Readonly<Partial<Record<LeftOut, number>>>;
}

export interface LoadedList {
  readonly list: HashList;
  readonly report: ListReport;
}

const keptProblems = 100;

/**
 * Reads a hash list once, streaming. Raises UsageError, naming the file and the line, when the file cannot be read,
 * holds no usable hash, leaves the algorithm open, or (`strict`) has a line that cannot be read.
 */
export async function loadList(options: LoadOptions): Promise<LoadedList> {
  const label = printable(options.path);
  const sha256 = createHash('sha256');
  const loader = new Loader(label, options);
  let format: ListFormatName;
  try {
    const text = decodeText(hashing(options.stream ?? createReadStream(options.path), sha256));
    const { head, all } = await peek(text);
    format = options.format ?? chooseFormat(head, options);
    const reader: ListFormat = listFormats[format];
    for await (const items of reader.read(all, options)) for (const item of items) loader.take(item);
  } catch (error) {
    throw explain(error, label);
  }
  return loader.finish(format, sha256.digest('hex'));
}

async function* hashing(chunks: AsyncIterable<Uint8Array>, hash: { update(chunk: Uint8Array): unknown }) {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

function chooseFormat(head: string, options: LoadOptions): ListFormatName {
  const all = Object.entries(listFormats) as [ListFormatName, ListFormat][];
  const extension = extname(options.path).slice(1).toLowerCase();
  const found =
    all.find(([, format]) => format.detect(head, options)) ??
    all.find(([, format]) => format.extensions.includes(extension));
  return found?.[0] ?? 'hex';
}

/** System errors as usage errors that name the list; usage errors get its name in front. */
function explain(error: unknown, label: string): unknown {
  if (error instanceof UsageError) {
    return error.message.startsWith(label) ? error : new UsageError(`${label}: ${error.message}`);
  }
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOENT') return new UsageError(`${label}: there is no such hash list`);
  if (code === 'EISDIR') return new UsageError(`${label}: a hash list must be a file, this is a directory`);
  if (code !== undefined) return new UsageError(`${label}: the hash list cannot be read (${code})`);
  return error;
}

class Loader {
  readonly #builder = new ListBuilder();
  readonly #judging: Judging;
  readonly #problems: ListProblem[] = [];
  #problemCount = 0;
  readonly #foreign: Record<string, number> = {};
  readonly #leftOut: Partial<Record<LeftOut, number>> = {};
  readonly #categories: Partial<Record<Category, number>> = {};

  constructor(
    private readonly label: string,
    private readonly options: LoadOptions,
  ) {
    const unnamed = [options.algorithm ?? []].flat();
    const unknown = unnamed.find((name) => !Object.hasOwn(options.algorithms, name));
    if (unknown !== undefined) {
      const choices = Object.keys(options.algorithms).join(', ');
      throw new UsageError(`unknown algorithm "${printable(unknown)}": choose from ${choices}`);
    }
    this.#judging = { algorithms: options.algorithms, unnamed };
  }

  take(item: ListItem): void {
    if ('problem' in item) this.#problem(item.line, item.problem);
    else this.#row(item);
  }

  #row(row: ListRow): void {
    const category = this.#categoryOf(row);
    if (category === undefined) {
      this.#problem(row.line, `the category is none of ${categories.join(', ')}`);
      return;
    }
    const usable: { algorithm: string; bytes: Uint8Array }[] = [];
    for (const hash of row.hashes) {
      const verdict = judge(row, hash, this.#judging);
      if (verdict.kind === 'usable') usable.push(verdict);
      else if (verdict.kind === 'problem') this.#problem(row.line, verdict.problem);
      else if (verdict.kind === 'foreign') bump(this.#foreign, verdict.name);
      else if (verdict.kind === 'left-out') bump(this.#leftOut, verdict.reason);
      else throw this.#ambiguous(row.line, verdict.digits, verdict.algorithms);
    }
    if (usable.length === 0) return;
    bump(this.#categories, category);
    this.#builder.add(row.line, row.id, labelsOf(row, category), usable);
  }

  #categoryOf(row: ListRow): Category | undefined {
    const fallback = this.options.category ?? (row.own ? 'own' : 'csam');
    if (row.category === undefined || isGrade(row.category)) return fallback;
    return canonicalCategory(row.category);
  }

  #problem(line: number, problem: string): void {
    if (this.options.strict) throw new UsageError(`${this.label} line ${line}: ${problem}`);
    this.#problemCount++;
    if (this.#problems.length < keptProblems) this.#problems.push({ line, problem });
  }

  #ambiguous(line: number, digits: number, algorithms: readonly string[]): UsageError {
    return new UsageError(
      `${this.label} line ${line}: a hash of ${digits} hexadecimal digits can be ${algorithms.join(' or ')}: ` +
        `say which with --algorithm, or write the algorithm in front of each hash ("${algorithms[0]} …")`,
    );
  }

  finish(format: ListFormatName, sha256: string): LoadedList {
    const { path, name = basename(path, extname(path)) } = this.options;
    const list = this.#builder.finish({ name, sha256, entries: this.#builder.entries });
    if (list.columns.size === 0) throw new UsageError(`${this.label}: ${this.#whyEmpty()}`);
    const hashes = Object.fromEntries([...list.columns].map(([algorithm, { size }]) => [algorithm, size]));
    const report = {
      path,
      format,
      hashes,
      categories: this.#categories,
      problemCount: this.#problemCount,
      problems: this.#problems,
      foreign: this.#foreign,
      leftOut: this.#leftOut,
    };
    return { list, report };
  }

  #whyEmpty(): string {
    const [first] = this.#problems;
    const parts = [
      ...(first
        ? [`${this.#problemCount} lines could not be read (line ${first.line}: ${first.problem})`]
        : []),
      ...Object.entries(this.#foreign).map(
        ([name, n]) => `${n} ${name} hashes cannot be computed by this program`,
      ),
      ...Object.entries(this.#leftOut).map(([reason, n]) => `${n} ${reason} hashes were left out`),
    ];
    return `the list holds no hash that can be matched${parts.length > 0 ? `: ${parts.join('; ')}` : ': it is empty'}`;
  }
}

function bump<K extends string>(counts: Partial<Record<K, number>>, key: K): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

/** A grade in the category column is a classification. */
function labelsOf(row: ListRow, category: Category) {
  const grade = row.category !== undefined && isGrade(row.category) ? row.category : undefined;
  const classification = row.classification ?? grade;
  return {
    category,
    ...(classification !== undefined && { classification }),
    ...(row.classificationScheme !== undefined && { classificationScheme: row.classificationScheme }),
    ...(row.supplier !== undefined && { supplier: row.supplier }),
  };
}
