import { type BigIntStats, constants } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { printable, UsageError } from '../core/index.js';
import { emptyType, sniff, sniffLength, unknownType } from '../decoders/index.js';
import { lockPlace, placeOf } from '../files/index.js';

/** A file that is to be written. */
export interface Written {
  /** The option as the user types it: `--summary`. */
  readonly option: string;
  readonly path: string;
  /** True for a file that is no text and can be recognised by its bytes: the ledger, a compiled list. */
  readonly isBinary?: boolean;
}

/** A file that is read. */
export interface Read {
  /** What the user calls it: `the hash list`. */
  readonly what: string;
  readonly path: string;
}

/**
 * Refuses to write over a file that is read, whatever path leads to it, including hard links, symbolic links and other
 * spellings. Two outputs must not be one file either. An output that exists must be a text, as outputs are, so that a
 * picture that somebody names by mistake is not lost. Raises UsageError before anything is written.
 */
export async function requireApart(written: readonly Written[], read: readonly Read[]): Promise<void> {
  const inputs = await Promise.all(read.filter(({ path }) => path !== '-').map(identified));
  const outputs: (Written & Identified)[] = [];
  for (const one of written) {
    if (one.path === '-' || (await isDevice(one.path))) continue;
    const output = await identified(one);
    const label = `${one.option} ${printable(one.path)}`;
    const input = inputs.find((other) => isSame(output, other));
    if (input)
      throw new UsageError(`${label}: that is ${input.what}, and would be replaced; name another file`);
    const twin = outputs.find((other) => isSame(output, other));
    if (twin) throw new UsageError(`${label}: ${twin.option} of this run goes there; name another file`);
    if (one.isBinary !== true && output.id !== undefined) await requireText(one.path, label);
    outputs.push(output);
  }
}

interface Identified {
  /** Device and inode; undefined for a file that does not exist. */
  readonly id: string | undefined;
  /** Path without symbolic links. */
  readonly place: string;
}

async function identified<T extends { readonly path: string }>(one: T): Promise<T & Identified> {
  const stats: BigIntStats | undefined = await stat(one.path, { bigint: true }).catch(() => undefined);
  const place = await realpath(one.path).catch(() => lockPlace(one.path).catch(() => one.path));
  return { ...one, id: stats && `${stats.dev}:${stats.ino}`, place };
}

const isSame = (a: Identified, b: Identified): boolean =>
  a.place === b.place || (a.id !== undefined && a.id === b.id);

/**
 * True for a device or a pipe, which is written without replacing anything. A path that cannot be written at all is
 * reported when it is opened.
 */
const isDevice = (path: string): Promise<boolean> =>
  placeOf(path).then(
    ({ kind }) => kind === 'device',
    () => true,
  );

async function requireText(path: string, label: string): Promise<void> {
  const type = await typeOf(path);
  if (type === undefined || isText(type)) return;
  throw new UsageError(
    `${label}: a file is there that is no text (${type}), and would be replaced; name another file`,
  );
}

const isText = (type: string): boolean =>
  type === emptyType || /^text\/|^application\/(json|xml)$/.test(type);

/** Files that are no text and that the program writes: ledgers and compiled lists. */
const ours: readonly string[] = ['application/vnd.sqlite3', 'application/x-hashsieve-list'];

/** True for a file that is no text and whose kind is recognised: a picture, an archive. */
export async function holdsAsset(path: string): Promise<boolean> {
  const type = await typeOf(path);
  return type !== undefined && type !== unknownType && !isText(type) && !ours.includes(type);
}

/** The media type; undefined for a file that cannot be read. */
async function typeOf(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(sniffLength), 0, sniffLength, 0);
      return sniff(buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
