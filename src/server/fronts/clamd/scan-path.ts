import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Busy } from '../../../app/index.js';
import type { FrontSetup } from '../../types.js';
import { logAnswer, requestId } from '../answers.js';
import { placeBelow, readBelow } from '../read-below.js';
import { wordsOf } from './texts.js';

/**
 * The reply for a file that does not exist, that may not be read, or that lies elsewhere. It is the same for all
 * three, so that no client learns which files exist.
 */
const denied = 'Access denied. ERROR';

/**
 * Answers `SCAN` and its relatives. Yields one reply for a file. For a directory it yields one for each file that is
 * refused or cannot be scanned, or one for the directory where there is no such file.
 * @param isEager true: goes on after the first refused file
 */
export async function* scanPath(path: string, isEager: boolean, setup: FrontSetup): AsyncGenerator<string> {
  const found = await placeBelow(path, setup.clamdRoot);
  if (!found) {
    yield `${path}: ${denied}`;
    return;
  }
  const { place, root } = found;
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

/** The files below a directory, by name. It follows no links. */
async function* filesBelow(directory: string): AsyncGenerator<string> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

async function scanFile(path: string, root: string, setup: FrontSetup): Promise<string> {
  const read = await readBelow(path, root, setup.uploads);
  if (read === 'denied') return denied;
  if (read === 'empty') return 'Empty file';
  if (read === 'too-large') return 'File size limit exceeded. ERROR';
  if (read === 'busy') return 'Too many files wait. ERROR';
  try {
    const bytes = read.bytes();
    const answer = await setup.uploads.scan({ bytes, via: 'clamd', path });
    logAnswer(setup, { front: 'clamd', request: requestId(), bytes: bytes.length }, answer);
    return wordsOf(answer);
  } catch (error) {
    if (error instanceof Busy) return 'Too many files wait. ERROR';
    throw error;
  } finally {
    read.release();
  }
}
