import { open, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ownListPath } from '../config/index.js';
import { UsageError } from '../core/index.js';
import type { Around } from './surroundings.js';

/** Where the operator's own list is, and whether runs compare with it. */
export interface OwnListOptions {
  /** Path of the operator's own list. Default: the platform's place for it. */
  readonly ownList?: string | undefined;
  /** False: leave the operator's own list out. */
  readonly useOwnList?: boolean | undefined;
}

type Place = Pick<Around, 'environment'>;

/**
 * Absolute path of the operator's own list, whether it exists or not. Raises UsageError where nothing names one and the
 * environment names no home.
 */
export function ownListFile({ ownList }: OwnListOptions, { environment }: Place): string {
  const path = ownListPath(ownList, environment);
  if (path !== undefined) return path;
  throw new UsageError('no home directory is known, where your own list would be kept: name a list');
}

/**
 * Absolute path of the operator's own list where a run has to open it; undefined where the list is switched off, does
 * not exist yet, holds nothing, or is one of `list` already.
 */
export async function ownListInUse(
  { ownList, useOwnList, list = [] }: OwnListOptions & { readonly list?: readonly string[] | undefined },
  { environment }: Place,
): Promise<string | undefined> {
  if (useOwnList === false) return undefined;
  const path = ownListPath(ownList, environment);
  if (path === undefined || !(await holdsText(path))) return undefined;
  const place = await placeOf(path);
  for (const one of list) if (one !== '-' && (await placeOf(one)) === place) return undefined;
  return path;
}

const placeOf = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));

/** How many bytes of a list are looked at for text. A longer file is taken to hold some. */
const headLength = 4096;

/** False where there is no such file, or only blanks in it: `list remove` may have taken the last entry. */
async function holdsText(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(headLength), 0, headLength, 0);
      return bytesRead === headLength || buffer.toString('latin1', 0, bytesRead).trim() !== '';
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Whoever reads the list says what else is wrong with it.
    return code !== 'ENOENT' && code !== 'ENOTDIR';
  }
}
