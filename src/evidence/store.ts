import { constants, type Stats } from 'node:fs';
import { chmod, lstat, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { printable, UsageError } from '../core/index.js';
import {
  isClaimName,
  makePrivate,
  owner,
  reasonOf,
  removeAbandoned,
  takeLock,
  writeWhole,
} from '../files/index.js';
import { type CustodyLog, headText, isId, lineHash, nextLine, readLog } from './custody-log.js';
import type { CustodyRecord, NewRecord } from './types.js';

/** Names in the directory of a store. */
export const names = {
  log: 'custody.jsonl',
  head: 'head.json',
  certificates: 'certificates',
  stamps: 'stamps',
  /** In the directory of a package. */
  sealed: 'evidence.tar.age',
  key: 'key.age',
} as const;

/** Milliseconds for which a command waits while another one writes to the log. Each writes for a moment only. */
const patience = 60_000;

/** A directory of sealed packages with its custody log. */
export interface Store {
  /** Absolute path. */
  readonly path: string;
  /** The time, in milliseconds since 1970. */
  now(): number;
}

/** The log while nobody else can write to it. */
export interface OpenLog {
  readonly log: CustodyLog;
  /** Adds a record and resolves to it once it is on the disk. */
  append(record: NewRecord): Promise<CustodyRecord>;
}

/** Path of the directory of a package. */
export const packagePath = (store: Store, id: string): string => join(store.path, id);

/**
 * Opens the directory of a store. With `make` it creates the directory. Raises UsageError where the directory cannot be
 * used, and where others than its owner may enter it.
 */
export async function openStore(path: string, now: () => number, make = false): Promise<Store> {
  const place = resolve(path);
  try {
    if (make) await makePrivate(place);
    requirePrivate(place, await lstat(place));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`evidence store ${printable(place)} cannot be used: ${reasonOf(error)}`);
  }
  return { path: place, now };
}

function requirePrivate(path: string, stats: Stats): void {
  if (!stats.isDirectory()) throw new UsageError(`evidence store ${printable(path)} is no directory`);
  if (process.platform === 'win32') return; // Node sees no owners and rights there
  if (stats.uid !== (process.geteuid?.() ?? stats.uid))
    throw new UsageError(`evidence store ${printable(path)} is of another user (${stats.uid})`);
  if ((stats.mode & 0o077) !== 0)
    throw new UsageError(`others may enter the evidence store: run chmod 700 on ${printable(path)}`);
}

const orNothing = async <T>(asked: Promise<T>): Promise<T | undefined> => {
  try {
    return await asked;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Reads the custody log as it is. Raises UsageError where it cannot be read. */
export async function readCustody(store: Store): Promise<CustodyLog> {
  try {
    const head = await orNothing(readFile(join(store.path, names.head), 'utf8'));
    const text = await orNothing(readFile(join(store.path, names.log)));
    return readLog(text ?? new Uint8Array(), head);
  } catch (error) {
    throw new UsageError(`custody log of ${printable(store.path)} cannot be read: ${reasonOf(error)}`);
  }
}

/**
 * Runs `work` while no other process can write to the log. Before that it completes what a killed process left: it
 * moves a package that the log names to its place, and removes one that the log does not name. It records new damage
 * of the log in the log, so that no later line can hide it.
 */
export async function withLog<T>(store: Store, work: (open: OpenLog) => Promise<T>): Promise<T> {
  const lock = await takeLock(join(store.path, names.log), { wait: patience });
  try {
    let log = await readCustody(store);
    const append = async (record: NewRecord) => {
      // The head comes before the first line: where it is missing later, somebody has removed it.
      if (log.hashes.length === 0) await writeWhole(join(store.path, names.head), headText(log));
      const line = nextLine(log, record, store.now());
      await appendLine(store, log.wholeBytes, line);
      const added = JSON.parse(line) as CustodyRecord;
      log = {
        ...log,
        records: [...log.records, added],
        hashes: [...log.hashes, lineHash(line)],
        wholeBytes: log.wholeBytes + Buffer.byteLength(line) + 1,
      };
      await writeWhole(join(store.path, names.head), headText(log));
      return added;
    };
    await finishKilled(store, log);
    const known = log.records.findLast(({ action }) => action === 'damage')?.found ?? [];
    const isNew = log.damage.some((one) => !known.includes(one));
    if (isNew) await append({ action: 'damage', by: 'hashsieve', found: log.damage });
    return await work({
      get log() {
        return log;
      },
      append,
    });
  } finally {
    await lock.release();
  }
}

/** Appends a line behind the complete ones. It cuts off an incomplete last line. */
async function appendLine(store: Store, wholeBytes: number, line: string): Promise<void> {
  const path = join(store.path, names.log);
  const file = await open(path, constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o600);
  try {
    await file.truncate(wholeBytes);
    const bytes = Buffer.from(`${line}\n`);
    const { bytesWritten } = await file.write(bytes, 0, bytes.length, wholeBytes);
    if (bytesWritten < bytes.length) throw new Error('the disk took a part of the line only');
    await file.sync();
  } finally {
    await file.close();
  }
  await syncDirectory(store.path);
}

/**
 * Writes a directory to the disk: else a power cut may undo a rename or a removal. Some file systems cannot do this.
 */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined);
  await directory?.sync().catch(() => {});
  await directory?.close();
}

const partShape = /^\.(\d{8}T\d{6}Z-[0-9a-f]{8})\.[0-9a-f]{8}-[1-9]\d{0,9}\.part$/;

/** Ids of the packages that this process is sealing. */
const underWay = new Set<string>();

/**
 * Path of a package while it is being sealed. @param isOver true once it is in its place or was dropped: until then the
 * directory is this process's own, and is not taken for one that a killed process left.
 */
export function packagePart(store: Store, id: string, isOver = false): string {
  if (isOver) underWay.delete(id);
  else underWay.add(id);
  return join(store.path, `.${id}.${owner}.part`);
}

/** Moves a package to its place. Its line in the log has made it part of the store. */
export async function putInPlace(store: Store, id: string, part: string): Promise<void> {
  await rename(part, packagePath(store, id));
  await syncDirectory(store.path);
}

async function finishKilled(store: Store, { records }: CustodyLog): Promise<void> {
  const sealed = new Set(records.flatMap((one) => (one.action === 'seal' ? [one.package] : [])));
  for (const name of await readdir(store.path)) {
    const id = partShape.exec(name)?.[1];
    // Only the holder of the lock moves packages to their places, so no other process moves this one now.
    if (id !== undefined && sealed.has(id) && !underWay.has(id))
      await putInPlace(store, id, join(store.path, name));
  }
  await removeAbandoned(store.path, (name) => {
    const id = name.slice(1);
    return name.startsWith('.') && isId(id) && !underWay.has(id);
  });
  await removeAbandoned(store.path, (name) => name === names.head);
}

/** Names in the store that the log does not account for. */
export async function strayNames(store: Store, { records }: CustodyLog): Promise<readonly string[]> {
  const known = new Set<string>([...Object.values(names), ...records.flatMap((one) => one.package ?? [])]);
  return (await readdir(store.path)).filter(
    (name) =>
      !known.has(name) && !partShape.test(name) && !isClaimName(name, names.log) && !name.endsWith('.part'),
  );
}

/** The records about a package. Raises UsageError for a package that the log does not know. */
export function recordsOf({ records }: Pick<CustodyLog, 'records'>, id: string): readonly CustodyRecord[] {
  const own = records.filter((one) => one.package === id);
  if (own.some(({ action }) => action === 'seal')) return own;
  throw new UsageError(
    `the evidence store has no package ${printable(id)}: hashsieve evidence list tells them`,
  );
}

/** The ids of the packages, in the order in which they were sealed. */
export const packageIds = ({ records }: Pick<CustodyLog, 'records'>): readonly string[] =>
  records.flatMap((one) => (one.action === 'seal' && one.package !== undefined ? [one.package] : []));

/** Writes a small file into a folder of the store. Nobody may change the file later. */
export async function writeKept(
  store: Store,
  folder: string,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  const directory = join(store.path, folder);
  await makePrivate(directory);
  const part = join(directory, `${name}.part`);
  const file = await open(part, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(part, 0o400);
  await rename(part, join(directory, name));
  await syncDirectory(directory);
}

/** Removes the directory of a package that was not sealed. */
export const dropPart = (part: string): Promise<void> => rm(part, { recursive: true, force: true });
