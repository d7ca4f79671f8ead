import type { BigIntStats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { filePath } from '../core/index.js';
import { isClaim, isClaimName, lockPlace, partOf, placeOf } from '../files/index.js';
import type { Sourced } from '../sources/types.js';
import { holdsAsset } from './written-files.js';

/** The files that a run writes. They are never scanned, whatever path leads to them. */
export interface OwnFiles {
  /** Yields the items of `source` except those files. */
  without(source: AsyncIterable<Sourced>): AsyncIterable<Sourced>;
}

/** The options of a run that name files to be written. */
export interface WrittenOptions {
  /** Paths; `-` is standard output. */
  readonly output?: readonly string[] | undefined;
  readonly summary?: string | undefined;
  readonly heartbeat?: string | undefined;
  readonly metrics?: string | undefined;
  readonly lock?: string | undefined;
}

/**
 * Suffixes of the files that SQLite keeps beside a ledger (https://www.sqlite.org/tempfiles.html), and of the ledger's
 * lock.
 */
const beside = ['', '-wal', '-shm', '-journal', '-lock', '-lock-journal'];

const folded = (name: string): string => name.normalize('NFC').toLowerCase();

/**
 * Finds out where the files of a run are, including those that do not exist yet. Call it once the outputs are open.
 * @param ledger path of the ledger, whether the run uses it or not.
 * @param thorough true where links may lead to files: then every file is checked, not only those with a matching name.
 */
export async function ownFilesOf(
  values: WrittenOptions,
  { ledger, thorough }: { readonly ledger?: string | undefined; readonly thorough: boolean },
): Promise<OwnFiles> {
  const places = new Set<string>();
  const claimed = new Set<string>();
  for (const file of [...(values.output ?? []), values.summary, values.heartbeat, values.metrics]) {
    const place = file === undefined || file === '-' ? undefined : await placeOf(file).catch(() => undefined);
    if (place?.kind !== 'file') continue;
    places.add(place.path).add(partOf(place.path));
    claimed.add(place.path);
  }
  const lock = values.lock === undefined ? undefined : await lockPlace(values.lock).catch(() => undefined);
  if (lock !== undefined) {
    places.add(lock);
    claimed.add(lock);
  }
  const database = ledger === undefined ? undefined : await lockPlace(ledger).catch(() => undefined);
  if (database !== undefined) for (const end of beside) places.add(database + end);
  return new KnownFiles(places, claimed, await identitiesOf(places), thorough);
}

interface Identities {
  readonly ids: ReadonlySet<string>;
  /** True where one of the files has a second name (a hard link). */
  readonly areLinked: boolean;
}

const idOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`;

async function identitiesOf(places: ReadonlySet<string>): Promise<Identities> {
  const found: BigIntStats[] = [];
  for (const place of places) {
    const stats = await stat(place, { bigint: true }).catch(() => undefined);
    if (stats?.isFile()) found.push(stats);
  }
  return { ids: new Set(found.map(idOf)), areLinked: found.some(({ nlink }) => nlink > 1n) };
}

class KnownFiles implements OwnFiles {
  readonly #names: ReadonlySet<string>;
  readonly #folders = new Map<string, string | undefined>();
  readonly #isThorough: boolean;

  constructor(
    private readonly places: ReadonlySet<string>,
    /** Paths of the files beside which claims are written. */
    private readonly claimed: ReadonlySet<string>,
    private readonly identities: Identities,
    thorough: boolean,
  ) {
    this.#names = new Set([...places].map((place) => folded(basename(place))));
    this.#isThorough = thorough || identities.areLinked;
  }

  async *without(source: AsyncIterable<Sourced>): AsyncGenerator<Sourced> {
    for await (const item of source) {
      const { uri } = item.ref;
      // Only a file that may be one of them is looked up: a disk access for every file would make a rescan much slower.
      if (!uri.startsWith('file:') || !this.#mayBeOwn(uri) || !(await this.#isOwn(filePath(uri)))) yield item;
    }
  }

  #mayBeOwn(uri: string): boolean {
    if (this.#isThorough) return true;
    const name = uri.slice(uri.lastIndexOf('/') + 1);
    return this.#names.has(folded(decoded(name))) || name.includes('.claim');
  }

  async #isOwn(bytes: Uint8Array): Promise<boolean> {
    const path = Buffer.from(bytes);
    const text = path.toString();
    const folder = await this.#folderOf(dirname(text));
    const here = folder === undefined ? undefined : join(folder, basename(text));
    if (here !== undefined && (await this.#isClaim(here))) return true;
    const stats = await stat(path, { bigint: true }).catch(() => undefined);
    const isPlace = here !== undefined && this.places.has(here);
    if (!stats?.isFile()) return isPlace;
    const now = await identitiesOf(this.#isThorough ? this.places : this.#named(text));
    const id = idOf(stats);
    // Somebody may have replaced an own file by a picture; a picture is always scanned.
    return (isPlace || this.identities.ids.has(id) || now.ids.has(id)) && !(await holdsAsset(text));
  }

  /** The own files that have this name, in whatever spelling. */
  #named(path: string): ReadonlySet<string> {
    const name = folded(basename(path));
    return new Set([...this.places].filter((place) => folded(basename(place)) === name));
  }

  async #isClaim(path: string): Promise<boolean> {
    const isNamed = [...this.claimed].some(
      (file) => dirname(file) === dirname(path) && isClaimName(basename(path), basename(file)),
    );
    // Only a real claim is left out: somebody who uploads files must not hide a picture under such a name.
    return isNamed && isClaim(path);
  }

  async #folderOf(folder: string): Promise<string | undefined> {
    if (!this.#folders.has(folder)) {
      if (this.#folders.size > 1000) this.#folders.clear();
      this.#folders.set(folder, await realpath(folder).catch(() => undefined));
    }
    return this.#folders.get(folder);
  }
}

const decoded = (name: string): string => {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // The name is not UTF-8, so it is not one of ours.
  }
};
