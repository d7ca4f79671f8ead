import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { Busy, type Receipt, TooLarge, type UploadPort } from '../../app/index.js';

/**
 * Resolves all links of a path and of the root. Undefined without a root, for a path that is not absolute or does not
 * exist, and for one outside of the root: the caller cannot tell these apart.
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
 * Reads a file below a root, within the limits of an upload. Returns the receipt, which the caller releases, or the
 * reason why the file was not read.
 * @param place path without links, as `placeBelow` gives it
 */
export async function readBelow(
  place: string,
  root: string,
  uploads: UploadPort,
): Promise<Receipt | 'denied' | 'empty' | 'too-large' | 'busy'> {
  let file: FileHandle;
  try {
    // O_NONBLOCK: opening a named pipe must not wait for its writer.
    file = await open(place, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch {
    return 'denied';
  }
  const receipt = uploads.receive();
  try {
    // Somebody may have replaced a folder by a link since `placeBelow`. Then the open file lies elsewhere.
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
