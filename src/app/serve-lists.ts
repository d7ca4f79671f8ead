import { stat } from 'node:fs/promises';
import { ownListPath } from '../config/index.js';
import { isHalfRead, type KnownHashes, type ListFacts, printable, UsageError } from '../core/index.js';
import { type AlgorithmName, knownAlgorithms, type OwnAlgorithm } from '../fingerprints/index.js';
import { createScanner, type Scanner, type ScannerOptions } from '../scanner/index.js';
import { requireEquipment } from './equipment.js';
import { openAllLists, type SupplyOptions } from './lists.js';
import type { Around } from './surroundings.js';

interface Edition {
  readonly scanner: Scanner;
  readonly uses: Set<Promise<unknown>>;
}

type AlgorithmsFor = (lists: readonly KnownHashes[]) => readonly AlgorithmName[];
type AllLists = Awaited<ReturnType<typeof openAllLists>>;
type Version = Awaited<ReturnType<typeof versionOf>>;

/**
 * The lists in use, and the scanner that compares with them. They can be exchanged while uploads are scanned: new ones
 * are loaded beside them, and take their place at once.
 */
export class LiveLists {
  #current: Edition;
  #edition: number;
  #changedAt = new Date();
  #isBehind = false;
  #underWay: Promise<boolean> | undefined;

  private constructor(
    private readonly options: SupplyOptions,
    private readonly reading: ScannerOptions,
    private readonly around: Around,
    private opened: AllLists,
    private version: Version,
    private readonly onChange: () => void,
    private readonly algorithms: AlgorithmsFor | undefined,
  ) {
    this.#current = this.#begin();
    this.#edition = version.changed;
  }

  /**
   * Opens the lists. Raises UsageError as `scan` does, and for a list on standard input.
   * @param onChange called after the lists, or the scanner, changed
   * @param algorithms the algorithms to compute with these lists; default: those that they hold
   */
  static async open(
    options: SupplyOptions,
    reading: ScannerOptions,
    around: Around,
    onChange: () => void,
    algorithms?: AlgorithmsFor,
  ): Promise<LiveLists> {
    const paths = pathsOf(options, around);
    if (paths.includes('-'))
      throw new UsageError('serve reads its lists again when they change: name a file instead of -');
    const version = await versionOf(paths);
    const lists = new LiveLists(
      options,
      reading,
      around,
      await openAllLists(options, around),
      version,
      onChange,
      algorithms,
    );
    requireEquipment(lists.scanner.algorithms, reading.plugins);
    return lists;
  }

  get scanner(): Scanner {
    return this.#current.scanner;
  }
  get facts(): readonly ListFacts[] {
    return this.opened.facts.lists;
  }
  /** Number of listed hashes by algorithm, without the built-in test list. */
  get sizes(): Readonly<Record<string, number>> {
    const sizes: Record<string, number> = {};
    for (const { columns } of this.opened.lists.slice(0, -1))
      for (const [name, { size }] of columns) sizes[name] = (sizes[name] ?? 0) + size;
    return sizes;
  }
  /** A number that grows with every change of a list, also over restarts: seconds since 1970. */
  get edition(): number {
    return this.#edition;
  }
  get changedAt(): Date {
    return this.#changedAt;
  }
  /** True where more of a list could not be read than a complete scan may lack. */
  get isHalfRead(): boolean {
    return this.opened.read.some(isHalfRead);
  }
  /** True where lists changed and could not be loaded: those in use are older than the files. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** Runs work with the scanner, which stays open until the work is done. */
  async use<T>(work: (scanner: Scanner) => Promise<T>): Promise<T> {
    const { scanner, uses } = this.#current;
    const done = work(scanner);
    uses.add(done);
    try {
      return await done;
    } finally {
      uses.delete(done);
    }
  }

  /** Loads the lists where a file changed, or always with `force`. False where that failed: the old ones stay. */
  reload(force = false): Promise<boolean> {
    this.#underWay ??= this.#load(force).finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** Starts the decoding processes anew: for those that ended for good. */
  restart(): void {
    const old = this.#current;
    this.#current = this.#begin();
    this.onChange();
    void this.#retire(old, []);
  }

  close(): Promise<void> {
    return this.#retire(this.#current, this.opened.lists);
  }

  #begin(): Edition {
    const { lists, allow } = this.opened;
    const algorithms = this.algorithms && { algorithms: this.algorithms(lists) };
    return { scanner: createScanner({ ...this.reading, lists, allow, ...algorithms }), uses: new Set() };
  }

  async #load(force: boolean): Promise<boolean> {
    const now = await versionOf(pathsOf(this.options, this.around));
    if (now.text === this.version.text && !force) return true;
    this.version = now;
    try {
      this.#take(await openAllLists(this.options, this.around));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      this.#isBehind = true;
      this.around.voice.say(`hashsieve: the lists stay as they were: ${error.message}`, { level: 'error' });
      return false;
    }
    this.#isBehind = false;
    this.#edition = Math.max(this.#edition + 1, now.changed);
    this.#changedAt = new Date();
    this.onChange();
    return true;
  }

  #take(next: AllLists): void {
    const { lists: before } = this.opened;
    if (isComputedBy(this.scanner, next.lists, this.reading.plugins)) {
      this.scanner.useLists({ lists: next.lists, allow: next.allow });
      this.opened = next;
      closeLists(before);
      return;
    }
    const old = this.#current;
    this.opened = next;
    this.#current = this.#begin();
    void this.#retire(old, before);
  }

  /** Closes a scanner once nothing uses it any more, then its lists. */
  async #retire({ scanner, uses }: Edition, lists: readonly KnownHashes[]): Promise<void> {
    await Promise.allSettled(uses);
    await scanner.close();
    closeLists(lists);
  }
}

/** The files of the lists, with that of the operator's own list, which may come later. */
function pathsOf(options: SupplyOptions, around: Around): string[] {
  const { list = [], allow = [], useOwnList } = options;
  const named = [...list, ...allow];
  if (useOwnList === false) return named;
  const own = ownListPath(options.ownList, around.environment);
  return own === undefined ? named : [...named, own];
}

/** True where the scanner computes everything that the lists hold; otherwise some of them would match nothing. */
function isComputedBy(
  { algorithms }: Scanner,
  lists: readonly KnownHashes[],
  plugins: readonly OwnAlgorithm[] = [],
): boolean {
  const known = knownAlgorithms([], { plugins });
  const held = lists.flatMap(({ columns }) => [...columns.keys()]);
  return held.every((name) => known.get(name).kind === 'bytes' || algorithms.includes(name));
}

function closeLists(lists: readonly KnownHashes[]): void {
  for (const list of lists) if ('close' in list) list.close();
}

/** What tells one state of files from the next, and when they last changed, in seconds since 1970. */
async function versionOf(
  paths: readonly string[],
): Promise<{ readonly text: string; readonly changed: number }> {
  const parts: string[] = [];
  let changed = 0;
  for (const path of paths) {
    const found = await stat(path, { bigint: true }).catch(() => undefined);
    parts.push(
      found ? `${found.dev}:${found.ino}:${found.size}:${found.mtimeNs}` : `none ${printable(path)}`,
    );
    // The time of the change of the inode: a file with an older time that takes the place of another is a change too.
    if (found) changed = Math.max(changed, Number(found.ctimeNs / 1_000_000_000n));
  }
  return { text: parts.join('\n'), changed };
}
