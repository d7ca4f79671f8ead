import { createHash } from 'node:crypto';
import { pageSize } from '../image.js';
import { openCompiled } from './open.js';
import { PagedFile } from './pages.js';

/** What reading a whole compiled list has shown. */
export interface Verification {
  /** Pages of 4 KiB. */
  readonly pages: number;
  readonly damaged: number;
  /** The first of the damaged pages, at most 100. */
  readonly firstDamaged: readonly number[];
  /** SHA-256 of everything after the header, as computed; lower-case hex. */
  readonly sha256: string;
  /** The same digest, as the header has it. */
  readonly expected: string;
}

/** Pages read at a time. */
const stride = 1024;

/**
 * Reads a whole compiled list and compares every checksum. Raises UsageError where it cannot even open the list;
 * rejects when the signal aborts.
 */
export async function verifyCompiled(
  path: string,
  algorithms: Readonly<Record<string, number>>,
  signal?: AbortSignal,
): Promise<Verification> {
  const { sha256: expected, close } = openCompiled(path, algorithms);
  close();
  const file = new PagedFile(path);
  try {
    const pages = file.crcs.length;
    const hash = createHash('sha256');
    const damaged: number[] = [];
    for (let page = 0; page < pages; page += stride) {
      signal?.throwIfAborted();
      const bytes = new Uint8Array(Math.min(stride, pages - page) * pageSize);
      for (const bad of file.checkPages(page, bytes)) damaged.push(bad);
      hash.update(bytes);
      // Reading is synchronous: this pause lets Ctrl-C work.
      await new Promise((resolve) => setImmediate(resolve));
    }
    hash.update(new Uint8Array(file.crcs.buffer));
    const sha256 = hash.digest('hex');
    return { pages, damaged: damaged.length, firstDamaged: damaged.slice(0, 100), sha256, expected };
  } finally {
    file.close();
  }
}
