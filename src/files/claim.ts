import { randomUUID } from 'node:crypto';
import { constants, rmSync } from 'node:fs';
import { lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isRunning, place, startOf } from './processes.js';

// A process that wants a lock puts a claim beside the locked file: a file with a name that no other claim ever has, and
// complete as soon as it exists. So anybody may remove the claim of a process that has ended without removing
// another's.

/** Milliseconds after which an untouched claim of another machine counts as abandoned. */
const patience = 10 * 60 * 1000;
/** Milliseconds between two touches of a claim. */
const touchEvery = patience / 10;
/** Larger than any claim, in bytes. */
const maxBytes = 2048;

/** What a claim says; a field that cannot be read is absent. */
export interface Holder {
  /** Path of the claim. */
  readonly claim: string;
  /** Random name; of two processes that want the same lock, the one with the lower id goes first. */
  readonly id: string;
  /** `wants`: the process is checking whether it is alone. Only one claim ever `holds`. */
  readonly state: 'wants' | 'holds';
  readonly pid?: number;
  readonly host?: string;
  /** When the process made the claim, ISO 8601. */
  readonly since?: string;
  /** True where only the file's time tells whether the process still runs. */
  readonly isElsewhere: boolean;
}

/** When a claim counts as abandoned. */
export interface ClaimRules {
  /** True: never, where nobody here can find out whether its process runs; a person must remove it. */
  readonly staysElsewhere?: boolean | undefined;
}

/** A claim of this process. */
export interface Claim {
  readonly id: string;
  readonly path: string;
  /** Notes that the process holds the lock, and touches the claim from then on. */
  hold(): Promise<void>;
  /** Removes the claim. */
  withdraw(): Promise<void>;
}

/** Paths of this process's claims, by id. */
const standing = new Map<string, string>();
// Claims that remain after an error are removed when the process ends; those of a killed process by the next that
// checks.
process.once('exit', () => {
  for (const path of standing.values()) rmSync(path, { force: true });
});

const nameShape = /^(.*)\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.claim(\.new)?$/s;

/** True where `name` is that of a claim to `file`, or of a claim that is being written. */
export const isClaimName = (name: string, file: string): boolean => nameShape.exec(name)?.[1] === file;

/** Puts a claim beside `file`. Raises the system's error where that fails. */
export async function makeClaim(file: string): Promise<Claim> {
  const id = randomUUID();
  const path = `${file}.${id}.claim`;
  const fields = {
    place,
    pid: process.pid,
    started: startOf(process.pid),
    host: hostname(),
    since: new Date().toISOString(),
  };
  // Both texts have the same length and overwrite each other, so a reader always sees one of them.
  const text = (state: 'wants' | 'holds') => `${JSON.stringify({ state, ...fields })}\n`;
  const part = `${path}.new`;
  standing.set(id, path);
  try {
    const written = await open(part, 'wx', 0o644);
    try {
      await written.writeFile(text('wants'));
    } finally {
      await written.close();
    }
    await rename(part, path);
  } catch (error) {
    standing.delete(id);
    await rm(part, { force: true }).catch(() => {});
    throw error;
  }
  /** A write takes its time from the clock of the machine that stores the file; setting a time does not. */
  const writeHeld = async () => {
    const written = await open(path, 'r+');
    try {
      await written.write(text('holds'), 0);
    } finally {
      await written.close();
    }
  };
  let touching: NodeJS.Timeout | undefined;
  return {
    id,
    path,
    async hold() {
      await writeHeld();
      touching = setInterval(() => void writeHeld().catch(() => {}), touchEvery).unref();
    },
    async withdraw() {
      clearInterval(touching);
      standing.delete(id);
      await rm(path, { force: true });
    },
  };
}

/**
 * Finds the claims to `file` of running processes, without `own`; removes those of ended processes.
 * @param own a claim of this process; it also shows the time and the spelling of names on the file system.
 */
export async function claimsTo(
  file: string,
  own?: Claim,
  { staysElsewhere = false }: ClaimRules = {},
): Promise<Holder[]> {
  const folder = dirname(file);
  const same = await sameName(basename(file), own);
  const now = own ? ((await lstat(own.path).catch(() => undefined))?.mtimeMs ?? Date.now()) : Date.now();
  const found: Holder[] = [];
  for (const name of await readdir(folder)) {
    const [, start, id, isPart] = nameShape.exec(name) ?? [];
    if (id === undefined || !same(start!) || id === own?.id) continue;
    const path = join(folder, name);
    const claim = await read(path, id, now);
    if (!claim) continue;
    const isKept = staysElsewhere && claim.holder.isElsewhere;
    if (claim.isLeft && !isKept) await rm(path, { force: true }).catch(() => {});
    else if (!isPart) found.push(claim.holder);
  }
  return found;
}

/** Makes a function that compares names as the file system does: some treat `Lock` and `lock` as one. */
async function sameName(base: string, own?: Claim): Promise<(name: string) => boolean> {
  const folded = (name: string) => name.normalize('NFC').toLowerCase();
  const other = own && join(dirname(own.path), swapCase(basename(own.path)));
  const isOneFile = other !== undefined && (await lstat(other).catch(() => undefined)) !== undefined;
  return isOneFile ? (name) => folded(name) === folded(base) : (name) => name === base;
}

const swapCase = (name: string): string =>
  [...name].map((one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase())).join('');

interface ClaimFields {
  readonly state?: unknown;
  readonly place?: unknown;
  readonly pid?: unknown;
  readonly started?: unknown;
  readonly host?: unknown;
  readonly since?: unknown;
}

/** Reads a claim; undefined where it is gone or is no claim. A power cut may have emptied it. */
async function read(path: string, id: string, now: number) {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats?.isFile()) return undefined;
  const fields = await readFields(path);
  if (!fields && stats.size > 0) return undefined;
  const { state, place: where, pid, started, host, since } = fields ?? {};
  const known = typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  const isElsewhere = where !== place || known === undefined;
  const holder: Holder = {
    claim: path,
    id,
    state: state === 'wants' ? 'wants' : 'holds',
    ...(known === undefined ? {} : { pid: known }),
    ...(typeof host === 'string' ? { host: host.slice(0, 255) } : {}),
    ...(typeof since === 'string' ? { since: since.slice(0, 30) } : {}),
    isElsewhere,
  };
  const start = typeof started === 'string' ? started : undefined;
  // A time in the future was set on purpose.
  const isLeft = isElsewhere ? Math.abs(now - stats.mtimeMs) > patience : !isThere(known!, start, id);
  return { holder, isLeft };
}

function isThere(pid: number, started: string | undefined, id: string): boolean {
  // Without a start time, an earlier process with this number cannot be recognised in another way.
  if (pid === process.pid && started === undefined) return standing.has(id);
  return isRunning(pid, started);
}

/**
 * What a claim says; undefined for a file that is none: anybody who may write to the directory can put anything there.
 */
async function readFields(path: string): Promise<ClaimFields | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | (constants.O_NOFOLLOW ?? 0));
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
      const fields: unknown = JSON.parse(buffer.toString('utf8', 0, bytesRead));
      return typeof fields === 'object' && fields !== null && 'place' in fields ? fields : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

/** True for a file that is a claim, and for one that no longer exists, because claims are short-lived. */
export async function isClaim(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats) return true;
  if (!stats.isFile() || stats.size > maxBytes) return false;
  return stats.size === 0 || (await readFields(path)) !== undefined;
}
