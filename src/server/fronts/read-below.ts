import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { Busy, type Receipt, TooLarge, type UploadPort } from '../../app/index.js';

/**
 * Where a path leads, all links resolved, and the root resolved too. Undefined without a root, for a path that leads
 * nowhere, and for one that leads out of the root: nobody learns which.
 */
export async function placeBelow(
  path: string,
  root: string | undefined,
): Promise<{ readonly place: string; readonly root: string } | undefined> {
  if (root === undefined || !isAbsolute(path)) return undefined;
  const [top, place] = await Promise.all([root, path].map((one) => realpath(one).catch(() => undefined)));
  return top !== undefined && place !== undefined && isBelow(place, top) ? { place, root: top } : undefined;
}

/** True for the root itself and all that lies below it. */
function isBelow(place: string, root: string): boolean {
  const way = relative(root, place);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/**
 * Reads a file below a root, within the limits of an upload. The caller releases the receipt.
 * @param place path without links, as `placeBelow` gives it
 */
export async function readBelow(
  place: string,
  root: string,
  uploads: UploadPort,
): Promise<Receipt | 'denied' | 'empty' | 'too-large' | 'busy'> {
  let file: FileHandle;
  try {
    // Nothing that waits for a writer is waited for.
    file = await open(place, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch {
    return 'denied';
  }
  const receipt = uploads.receive();
  try {
    // Where a folder was replaced by a link meanwhile, the file that is open lies elsewhere.
    const opened = await readlink(`/proc/self/fd/${file.fd}`).catch(() => place);
    const facts = await file.stat();
    if (!isBelow(opened, root) || !facts.isFile()) return 'denied';
    if (facts.size === 0) return 'empty';
    if (facts.size > uploads.maxBytes) return 'too-large';
    for await (const piece of file.createReadStream({ autoClose: false })) receipt.add(piece as Buffer);
    return receipt;
  } catch (error) {
    receipt.release();
    if (error instanceof Busy) return 'busy';
    return error instanceof TooLarge ? 'too-large' : 'denied';
  } finally {
    await file.close();
  }
}
