import { promises as fs } from 'node:fs';
import { type Globs, pathFilter } from './globs.js';
import { nameText } from './paths.js';

/**
 * Where a link leads: to something that the run scans anyway; to a file or directory that it does not scan (`ignored`:
 * and the user said that it need not); or to neither.
 */
export interface LinkEnd {
  readonly where: 'inside' | 'outside' | 'ignored' | 'nowhere';
  readonly isDirectory: boolean;
}

/** A directory that the run scans, and what of it. */
interface Root {
  /** Raw bytes. */
  readonly path: Uint8Array;
  readonly globs: ScopeGlobs;
}

/** `chosen`: what `include` selects within a pattern. */
type ScopeGlobs = Globs & { readonly chosen?: readonly string[] };

/**
 * True for something below a root that the run scans. Paths are raw bytes, each as the character of the same number.
 */
type Covers = (path: string, isDirectory: boolean) => boolean;

const latin = (path: Uint8Array): string => Buffer.from(path).toString('latin1');

/**
 * Everything local that a run scans. For a link that is not followed, it tells whether the run scans the link's target
 * at its own place.
 */
export class Scope {
  readonly #roots: Root[] = [];
  readonly #files: Uint8Array[] = [];
  #covers: Promise<readonly Covers[]> | undefined;

  /** Adds a directory, and what of it the run scans. */
  addDirectory(path: Uint8Array, globs: ScopeGlobs): void {
    this.#roots.push({ path, globs });
    this.#covers = undefined;
  }

  addFile(path: Uint8Array): void {
    this.#files.push(path);
    this.#covers = undefined;
  }

  /**
   * Where a link finally leads. A target that cannot be determined counts as outside, because the run has not scanned
   * it.
   */
  async endOf(link: Uint8Array): Promise<LinkEnd> {
    try {
      const target = await fs.realpath(Buffer.from(link), { encoding: 'buffer' });
      const stats = await fs.stat(target);
      const isDirectory = stats.isDirectory();
      // A device or a pipe holds no picture.
      if (!isDirectory && !stats.isFile()) return { where: 'nowhere', isDirectory };
      this.#covers ??= this.#open();
      const path = latin(target);
      const isInside = (await this.#covers).some((covers) => covers(path, isDirectory));
      return { where: isInside ? 'inside' : 'outside', isDirectory };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      const leadsNowhere = ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(String(error.code));
      return { where: leadsNowhere ? 'nowhere' : 'outside', isDirectory: false };
    }
  }

  async #open(): Promise<readonly Covers[]> {
    const covers: Covers[] = [];
    for (const root of this.#roots) {
      const path = await realPath(root.path);
      if (path === undefined) continue;
      const { chosen = [], ...globs } = root.globs;
      const covered = await coveredBelow(path, globs);
      const wanted = await coveredBelow(path, { include: chosen, exclude: [] });
      covers.push((...place) => covered(...place) && wanted(...place));
    }
    const files = new Set(await Promise.all(this.#files.map(realPath)));
    return [...covers, (path) => files.has(path)];
  }
}

/** The real path; undefined where nothing is there to scan. */
const realPath = (path: Uint8Array): Promise<string | undefined> =>
  fs.realpath(Buffer.from(path), { encoding: 'buffer' }).then(latin, () => undefined);

async function coveredBelow(root: string, globs: Globs): Promise<Covers> {
  const filter = await pathFilter(globs);
  const start = root === '/' ? root : `${root}/`;
  return (path, isDirectory) => {
    if (path === root) return isDirectory;
    if (!path.startsWith(start)) return false;
    if (!filter) return true;
    const names = path
      .slice(start.length)
      .split('/')
      .map((name) => nameText(Buffer.from(name, 'latin1')));
    const below = names.map((_, at) => names.slice(0, at + 1).join('/'));
    const own = below.pop()!;
    return below.every(filter.enters) && (isDirectory ? filter.enters(own) : filter.wants(own));
  };
}
