import { type BigIntStats, constants } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { printable, UsageError } from '../core/index.js';
import { emptyType, sniff, sniffLength, unknownType } from '../decoders/index.js';
import { lockPlace, placeOf } from '../files/index.js';

/** A file that is to be written. */
export interface Written {
  /** The option, as the user writes it: `--summary`. */
  readonly option: string;
  readonly path: string;
  /** True for what is no text and tells by itself what it is: the ledger, a compiled list. */
  readonly isBinary?: boolean;
}

/** A file that is read. */
export interface Read {
  /** What it is to the user: `the hash list`. */
  readonly what: string;
  readonly path: string;
}

/**
 * Refuses to write over what is read: the same file under whatever name, hard and symbolic links and other spellings
 * included. Two outputs must not be one file either, and one that is there already must be a text, as outputs are: a
 * picture that is named by mistake would be gone. Raises UsageError before anything is written.
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
  /** Device and inode; undefined for what is not there. */
  readonly id: string | undefined;
  /** Without symbolic links. */
  readonly place: string;
}

async function identified<T extends { readonly path: string }>(one: T): Promise<T & Identified> {
  const stats: BigIntStats | undefined = await stat(one.path, { bigint: true }).catch(() => undefined);
  const place = await realpath(one.path).catch(() => lockPlace(one.path).catch(() => one.path));
  return { ...one, id: stats && `${stats.dev}:${stats.ino}`, place };
}

const isSame = (a: Identified, b: Identified): boolean =>
  a.place === b.place || (a.id !== undefined && a.id === b.id);

/** What is written as it is, and replaces nothing. What cannot be written at all is said where it is opened. */
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

/** True for a file that holds something which can be told and is no text: a picture, an archive. */
export async function holdsAsset(path: string): Promise<boolean> {
  const type = await typeOf(path);
  return type !== undefined && type !== unknownType && !isText(type) && !ours.includes(type);
}

/** Undefined for what cannot be read. */
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
