import { constants } from 'node:fs';
import { type FileHandle, open, readdir, readlink, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { Busy, TooLarge } from '../../../app/index.js';
import type { FrontSetup } from '../../types.js';
import { logAnswer, requestId } from '../answers.js';
import { wordsOf } from './texts.js';

/** Says the same of what does not exist, what may not be read and what lies elsewhere: it is no oracle for files. */
const denied = 'Access denied. ERROR';

/**
 * Answers `SCAN` and its kin: gives the replies, one for a file; for a directory one for each refused file, and one for
 * the directory where there is none.
 * @param isEager true: looks on after the first refused file
 */
export async function* scanPath(path: string, isEager: boolean, setup: FrontSetup): AsyncGenerator<string> {
  const root =
    setup.clamdRoot === undefined ? undefined : await realpath(setup.clamdRoot).catch(() => undefined);
  const place =
    root === undefined || !isAbsolute(path) ? undefined : await realpath(path).catch(() => undefined);
  if (root === undefined || place === undefined || !isBelow(place, root)) {
    yield `${path}: ${denied}`;
    return;
  }
  const names = await readdir(place, { withFileTypes: true }).catch(() => undefined);
  if (!names) {
    yield `${path}: ${await scanFile(place, root, setup)}`;
    return;
  }
  let isClean = true;
  for await (const file of filesBelow(place)) {
    const words = await scanFile(file, root, setup);
    if (words === 'OK' || words === 'Empty file') continue;
    isClean = false;
    yield `${path}${file.slice(place.length)}: ${words}`;
    if (!isEager && words.endsWith(' FOUND')) return;
  }
  if (isClean) yield `${path}: OK`;
}

/** True for the root itself and all that lies below it. */
function isBelow(place: string, root: string): boolean {
  const way = relative(root, place);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The files below a directory; links are not followed. */
async function* filesBelow(directory: string): AsyncGenerator<string> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

async function scanFile(path: string, root: string, setup: FrontSetup): Promise<string> {
  let file: FileHandle;
  try {
    // Nothing that waits for a writer is waited for.
    file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch {
    return denied;
  }
  const receipt = setup.uploads.receive();
  try {
    // Where a folder was replaced by a link meanwhile, the file that is open lies elsewhere.
    const opened = await readlink(`/proc/self/fd/${file.fd}`).catch(() => path);
    const facts = await file.stat();
    if (!isBelow(opened, root) || !facts.isFile()) return denied;
    if (facts.size === 0) return 'Empty file';
    if (facts.size > setup.uploads.maxBytes) return 'File size limit exceeded. ERROR';
    for await (const piece of file.createReadStream({ autoClose: false })) receipt.add(piece as Buffer);
    const bytes = receipt.bytes();
    const answer = await setup.uploads.scan({ bytes, via: 'clamd', path });
    logAnswer(setup, { front: 'clamd', request: requestId(), bytes: bytes.length }, answer);
    return wordsOf(answer);
  } catch (error) {
    if (error instanceof Busy) return 'Too many files wait. ERROR';
    if (error instanceof TooLarge) return 'File size limit exceeded. ERROR';
    return 'Cannot be read. ERROR';
  } finally {
    receipt.release();
    await file.close();
  }
}
