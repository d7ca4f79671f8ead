import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { type LinesRead, type ListEntry, printable, UsageError, untilAborted } from '../core/index.js';
import { type Category, categories } from '../core/types.js';
import { type ListFormatName, listFormats } from './formats.js';
import { type HashParser, type Judging, judge, minimumQuality } from './judge.js';
import { type Keyed, LatestByKey } from './latest-by-key.js';
import { canonicalAlgorithm, canonicalCategory, isGrade } from './names.js';
import { chunksOf } from './open.js';
import { decodeText, peek } from './text.js';
import type {
  Algorithms,
  ListFormat,
  ListItem,
  ListProblem,
  ListRow,
  ListWarning,
  PassedOver,
} from './types.js';
import { readVpdq, type VpdqSignal } from './vpdq-signal.js';
import { WordOrder } from './word-order.js';

/** Which list to load, and how. */
export interface LoadOptions {
  /** The file. It also names the list in messages where `stream` is given. */
  readonly path: string;
  /** The bytes of the file, where they come from elsewhere (standard input). */
  readonly stream?: AsyncIterable<Uint8Array>;
  /** Names of the known algorithms, each with its width in bits. */
  readonly algorithms: Algorithms;
  /** How hashes of some algorithms are read, where lists write neither hexadecimal digits nor base64. */
  readonly parsers?: Readonly<Record<string, HashParser>>;
  /** Name of the list in events. Default: the file's name without extension. */
  readonly name?: string;
  /** Default: recognised by content, then by extension. */
  readonly format?: ListFormatName;
  /** The algorithm of hashes that name none; of several, the one whose length fits. */
  readonly algorithm?: string | readonly string[];
  /** Field or algorithm → column name, for a header that is not recognised. */
  readonly columns?: Readonly<Record<string, string>>;
  /** True: a line that cannot be read makes the list unusable. */
  readonly strict?: boolean;
  /** Category of entries that name none. Default: `csam`; `own` for what `hashsieve hash` wrote. */
  readonly category?: Category;
  /** The list's own category text → ours, or `skip` to leave such entries out. */
  readonly categoryMap?: Readonly<Record<string, Category | 'skip'>>;
  /** Leave out entries that this many members disputed, at least 1. Default: leave out none. */
  readonly maxDownvotes?: number;
  /** Keep the note, the author and the expiry of every entry: for small lists, such as allow lists. */
  readonly notes?: boolean;
  /** Aborts the reading with its reason, also while it waits for the stream. */
  readonly signal?: AbortSignal;
}

/** What the reader did with the rows of a list file. Plain data. */
export interface ListReport {
  readonly path: string;
  readonly format: ListFormatName;
  /** Usable hashes by algorithm. */
  readonly hashes: Readonly<Record<string, number>>;
  /** Number of videos, of whose frames `hashes` counts the PDQ hashes. */
  readonly videos: number;
  /** Entries by category. */
  readonly categories: Readonly<Partial<Record<Category, number>>>;
  /** The number of lines, or records, and how many of them could not be read, or not completely. */
  readonly read: LinesRead;
  /** The number of problems; a line may have several. */
  readonly problemCount: number;
  /** The first 100 problems. */
  readonly problems: readonly ListProblem[];
  /** Hashes that this program does not compute, by algorithm. */
  readonly foreign: Readonly<Record<string, number>>;
  /** Number of entries all of whose hashes are foreign: nothing of them is looked for. */
  readonly onlyForeign: number;
  /** Hashes left out because they would match unrelated files, and entries passed over, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** What looks wrong with the list as a whole, in sentences. */
  readonly warnings: readonly string[];
}

/** One checked entry of a list, with its hashes as bytes. */
export interface ReadEntry {
  /** One-based line in the file. */
  readonly line: number;
  readonly id: string | undefined;
  readonly labels: Omit<ListEntry, 'id'>;
  /** At least one hash. Confidential. */
  readonly hashes: readonly { readonly algorithm: string; readonly bytes: Uint8Array }[];
  /** The entry's row, with everything else that the file says. */
  readonly row: ListRow;
}

const keptProblems = 100;

/** Reads one list file once, as a stream, in memory that does not grow with the file. */
export class ListReader {
  readonly label: string;
  readonly #judging: Judging;
  readonly #problems: ListProblem[] = [];
  #problemCount = 0;
  #lines = 0;
  #unread = 0;
  /** The last line that could not be read. */
  #unreadLine = 0;
  readonly #foreign: Record<string, number> = {};
  #onlyForeign = 0;
  readonly #leftOut: Record<string, number> = {};
  readonly #categories: Partial<Record<Category, number>> = {};
  readonly #hashes: Record<string, number> = {};
  readonly #digest = createHash('sha256');
  readonly #wordOrder = new WordOrder();
  readonly #warnings = new Set<string>();
  #format: ListFormatName = 'hex';
  #entries = 0;
  #videos = 0;

  /** Raises UsageError for an unknown algorithm. */
  constructor(private readonly options: LoadOptions) {
    this.label = printable(options.path);
    const unnamed = [options.algorithm ?? []].flat();
    const unknown = unnamed.find((name) => !Object.hasOwn(options.algorithms, name));
    if (unknown !== undefined) {
      const choices = Object.keys(options.algorithms).join(', ');
      throw new UsageError(`unknown algorithm "${printable(unknown)}": choose from ${choices}`);
    }
    this.#judging = { algorithms: options.algorithms, unnamed, parsers: options.parsers };
  }

  /**
   * The entries in batches. Read them once. Raises UsageError, which names the file and the line, where the file cannot
   * be read or does not name the algorithm, and (`strict`) for a line that cannot be read. Raises the signal's reason
   * once it aborts.
   */
  async *entries(): AsyncGenerator<readonly ReadEntry[]> {
    try {
      const { options } = this;
      const { stream = chunksOf(options.path), signal } = options;
      const bytes = hashing(untilStopped(stream, signal), this.#digest);
      const { head, all } = await peek(decodeText(bytes));
      this.#format = options.format ?? chooseFormat(head, options);
      const format: ListFormat = listFormats[this.#format];
      const items = format.read(all, options);
      for await (const batch of format.keyed ? this.#standing(items) : items) {
        const entries: ReadEntry[] = [];
        for (const item of batch) {
          for (const entry of this.#take(item)) entries.push(entry);
        }
        this.#entries += entries.length;
        yield entries;
      }
    } catch (error) {
      throw explain(error, this.label);
    }
  }

  /** The rows that no later row replaces or withdraws. Everything else passes at once. */
  async *#standing(items: AsyncIterable<readonly ListItem[]>): AsyncGenerator<readonly ListItem[]> {
    const latest = new LatestByKey<ListRow & Keyed>();
    try {
      for await (const batch of items) {
        const others: ListItem[] = [];
        for (const item of batch) {
          if ('hashes' in item && item.key !== undefined) await latest.add(item as ListRow & Keyed);
          else others.push(item);
        }
        if (others.length > 0) yield others;
      }
      for await (const row of latest.current()) yield [row];
    } finally {
      await latest.close();
    }
  }

  #take(item: ListItem): readonly ReadEntry[] {
    if ('warning' in item) {
      this.#warn(item);
      return [];
    }
    const isBeside = 'problem' in item && item.isBeside === true;
    if (!isBeside) this.#lines++;
    const before = this.#problemCount;
    const entries = this.#read(item);
    if (this.#problemCount > before && !(isBeside && this.#unreadLine === item.line)) {
      this.#unread++;
      this.#unreadLine = item.line;
    }
    return entries;
  }

  #read(item: ListRow | PassedOver | ListProblem): readonly ReadEntry[] {
    if ('problem' in item) this.#problem(item.line, item.problem);
    else if ('leftOut' in item) bump(this.#leftOut, item.leftOut);
    else return this.#row(item);
    return [];
  }

  #row(given: ListRow): readonly ReadEntry[] {
    const category = this.#categoryOf(given);
    if (category === undefined) {
      this.#problem(given.line, `the category is none of ${categories.join(', ')}`);
      return [];
    }
    if (category === 'skip') {
      bump(this.#leftOut, 'category-not-chosen');
      return [];
    }
    const { maxDownvotes } = this.options;
    if (maxDownvotes !== undefined && given.votes && given.votes.down >= maxDownvotes) {
      bump(this.#leftOut, 'voted-down');
      return [];
    }
    const { rest, videos } = apart(given, this.options.algorithms);
    const rows = [...(rest ? [rest] : []), ...videos.flatMap((signal) => this.#frames(given, signal))];
    return rows.flatMap((row) => this.#entry(row, category) ?? []);
  }

  /** Makes a row of each frame of a video. All have the labels of the video's row. */
  #frames(row: ListRow, { frames, unread }: VpdqSignal): readonly ListRow[] {
    if (unread > 0) this.#problem(row.line, `${unread} frames of the vPDQ signal cannot be read`);
    const clear = frames.filter(({ quality }) => quality >= minimumQuality);
    if (clear.length < frames.length) bump(this.#leftOut, 'low-quality', frames.length - clear.length);
    if (clear.length > 0) this.#videos++;
    const listedVideo = row.id ?? `line-${row.line}`;
    const { quality: _, ...labels } = row;
    return clear.map(({ frame, hex }) => ({
      ...labels,
      id: `${listedVideo}#${frame}`,
      hashes: [{ algorithm: 'pdq', hash: hex }],
      listedVideo,
      listedVideoFrames: `${clear.length}`,
    }));
  }

  #entry(row: ListRow, category: Category): ReadEntry | undefined {
    const usable: { algorithm: string; bytes: Uint8Array }[] = [];
    let foreign = 0;
    for (const hash of row.hashes) {
      const verdict = judge(row, hash, this.#judging);
      if (verdict.kind === 'usable') usable.push(verdict);
      else if (verdict.kind === 'problem') this.#problem(row.line, verdict.problem);
      else if (verdict.kind === 'foreign') {
        bump(this.#foreign, verdict.name);
        foreign++;
      } else if (verdict.kind === 'left-out') bump(this.#leftOut, verdict.reason);
      else throw this.#ambiguous(row.line, verdict.digits, verdict.algorithms);
    }
    if (foreign > 0 && foreign === row.hashes.length) this.#onlyForeign++;
    if (usable.length === 0) return undefined;
    bump(this.#categories, category);
    for (const { algorithm, bytes } of usable) {
      bump(this.#hashes, algorithm);
      if (algorithm === 'pdq') this.#wordOrder.see(bytes);
    }
    const labels = labelsOf(row, category, this.options.notes === true);
    return { line: row.line, id: row.id, labels, hashes: usable, row };
  }

  #categoryOf(row: ListRow): Category | 'skip' | undefined {
    const fallback = this.options.category ?? (row.own ? 'own' : (row.fallback ?? 'csam'));
    if (row.category === undefined) return fallback;
    const mapped = this.options.categoryMap?.[row.category];
    if (mapped !== undefined) return mapped;
    return isGrade(row.category) ? fallback : canonicalCategory(row.category);
  }

  #problem(line: number, problem: string): void {
    if (this.options.strict) throw new UsageError(`${this.label} line ${line}: ${problem}`);
    this.#problemCount++;
    if (this.#problems.length < keptProblems) this.#problems.push({ line, problem });
  }

  #warn({ line, warning }: ListWarning): void {
    if (this.#warnings.size < keptProblems) this.#warnings.add(`line ${line}: ${warning}`);
  }

  #ambiguous(line: number, digits: number, algorithms: readonly string[]): UsageError {
    return new UsageError(
      `${this.label} line ${line}: a hash of ${digits} hexadecimal digits can be ${algorithms.join(' or ')}: ` +
        `say which with --algorithm, or write the algorithm in front of each hash ("${algorithms[0]} …")`,
    );
  }

  /** SHA-256 of the file; call it after reading. */
  sha256(): string {
    return this.#digest.copy().digest('hex');
  }

  /** What the reader did with the rows so far. */
  report(): ListReport {
    return {
      path: this.options.path,
      format: this.#format,
      hashes: this.#hashes,
      videos: this.#videos,
      categories: this.#categories,
      read: { lines: this.#lines, unread: this.#unread },
      problemCount: this.#problemCount,
      problems: this.#problems,
      foreign: this.#foreign,
      onlyForeign: this.#onlyForeign,
      leftOut: this.#leftOut,
      warnings: [
        ...this.#warnings,
        ...(this.#wordOrder.isReversed()
          ? ['its PDQ hashes seem to have their 16-bit words in reverse order, and would match nothing']
          : []),
      ],
    };
  }

  /** The error for a list without a usable hash. */
  emptyList(): UsageError {
    return new UsageError(`${this.label}: ${this.#whyEmpty()}`);
  }

  /** Raises UsageError where no hash can be used: a broken download must not pass for a list. */
  requireEntries(): void {
    if (this.#entries === 0) throw this.emptyList();
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

async function* untilStopped(chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal) {
  yield* untilAborted(chunks, signal);
  // The part that was read must not pass for the whole list.
  signal?.throwIfAborted();
}

async function* hashing(chunks: AsyncIterable<Uint8Array>, hash: { update(chunk: Uint8Array): unknown }) {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

/**
 * Chooses the format by the first characters of the file, then by its extension. Raises UsageError where it recognises
 * none.
 */
export function chooseFormat(
  head: string,
  options: Pick<LoadOptions, 'path' | 'algorithms'>,
): ListFormatName {
  const all = Object.entries(listFormats) as [ListFormatName, ListFormat][];
  const extension = extname(options.path).slice(1).toLowerCase();
  const found =
    all.find(([, format]) => format.detect(head, options)) ??
    all.find(([, format]) => format.extensions.includes(extension));
  return found?.[0] ?? 'hex';
}

/**
 * Turns system errors into usage errors that name the list, and puts the list's name before the text of usage errors.
 */
function explain(error: unknown, label: string): unknown {
  if (error instanceof UsageError) {
    if (error.message.startsWith(label)) return error;
    return new UsageError(`${label}${/^line \d/.test(error.message) ? '' : ':'} ${error.message}`);
  }
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOENT') return new UsageError(`${label}: there is no such hash list`);
  if (code === 'EISDIR') return new UsageError(`${label}: a hash list must be a file, this is a directory`);
  if (code !== undefined) return new UsageError(`${label}: the hash list cannot be read (${code})`);
  return error;
}

function bump<K extends string>(counts: Partial<Record<K, number>>, key: K, by = 1): void {
  counts[key] = (counts[key] ?? 0) + by;
}

/** Separates the videos of a row from its other hashes. `rest` is undefined where only videos are left. */
function apart(row: ListRow, algorithms: Algorithms): { rest?: ListRow; videos: readonly VpdqSignal[] } {
  const videos: VpdqSignal[] = [];
  const hashes = row.hashes.filter(({ algorithm, hash }) => {
    if (hash.length <= 64) return true;
    const mayBe = algorithm === undefined || canonicalAlgorithm(algorithm, algorithms) === 'vpdq';
    const signal = mayBe && !Object.hasOwn(algorithms, 'vpdq') ? readVpdq(hash) : undefined;
    if (signal) videos.push(signal);
    return signal === undefined;
  });
  if (videos.length === 0) return { rest: row, videos };
  return { videos, ...(hashes.length > 0 && { rest: { ...row, hashes } }) };
}

/** A grade in the category column is the entry's classification. */
function labelsOf(row: ListRow, category: Category, notes: boolean): Omit<ListEntry, 'id'> {
  const grade = row.category !== undefined && isGrade(row.category) ? row.category : undefined;
  const classification = row.classification ?? grade;
  return {
    category,
    ...(classification !== undefined && { classification }),
    ...(row.classificationScheme !== undefined && { classificationScheme: row.classificationScheme }),
    ...(row.supplier !== undefined && { supplier: row.supplier }),
    ...(row.member !== undefined && { member: row.member }),
    ...(notes && row.note !== undefined && { note: row.note }),
    ...(notes && row.by !== undefined && { by: row.by }),
    ...(notes && row.until !== undefined && { until: row.until }),
    ...listedVideoOf(row),
  };
}

function listedVideoOf({ listedVideo, listedVideoFrames = '' }: ListRow): Pick<ListEntry, 'listedVideo'> {
  if (listedVideo === undefined || !/^[1-9]\d{0,6}$/.test(listedVideoFrames)) return {};
  return { listedVideo: { id: listedVideo, frames: Number(listedVideoFrames) } };
}
