import { randomUUID } from 'node:crypto';
import { constants, rmSync } from 'node:fs';
import { lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { isRunning, place, startOf } from './processes.js';

// Who wants a lock puts a claim beside its file: a file of a name that no other ever has, whole as soon as it exists. So
// anybody may remove the claim of a process that is no more, without taking away another's.

/** How long nobody must have touched a claim of another machine before it counts as left behind, milliseconds. */
const patience = 10 * 60 * 1000;
/** How often a claim is touched, milliseconds. */
const touchEvery = patience / 10;
/** More than any claim has. */
const maxBytes = 2048;

/** What a claim says; what cannot be read of it is absent. */
export interface Holder {
  /** Path of the claim. */
  readonly claim: string;
  /** Named at random; of two that want the same lock the lower goes first. */
  readonly id: string;
  /** `wants`: looks whether it is alone. Only one claim ever holds. */
  readonly state: 'wants' | 'holds';
  readonly pid?: number;
  readonly host?: string;
  /** ISO 8601. */
  readonly since?: string;
  /** True where only the time of its file tells whether the process is still there. */
  readonly isElsewhere: boolean;
}

/** When a claim counts as left behind. */
export interface ClaimRules {
  /** Never, where nobody here can ask whether its process lives: a person is to remove it. */
  readonly staysElsewhere?: boolean | undefined;
}

/** A claim of this process. */
export interface Claim {
  readonly id: string;
  readonly path: string;
  /** Says that it holds the lock, and goes on saying so. */
  hold(): Promise<void>;
  withdraw(): Promise<void>;
}

/** Paths of the claims of this process that stand, by id. */
const standing = new Map<string, string>();
// What an error left standing goes with the process; what a killed process left is removed by the next that looks.
process.once('exit', () => {
  for (const path of standing.values()) rmSync(path, { force: true });
});

const nameShape = /^(.*)\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.claim(\.new)?$/s;

/** True for the name of a claim to a file of this name, or of one that is being written. */
export const isClaimName = (name: string, file: string): boolean => nameShape.exec(name)?.[1] === file;

/** Puts a claim beside `file`. Raises what the system raises where that cannot be done. */
export async function makeClaim(file: string): Promise<Claim> {
  const id = randomUUID();
  const path = `${file}.${id}.claim`;
  const said = {
    place,
    pid: process.pid,
    started: startOf(process.pid),
    host: hostname(),
    since: new Date().toISOString(),
  };
  // Both texts are of one length: written over each other, no reader ever sees neither.
  const text = (state: 'wants' | 'holds') => `${JSON.stringify({ state, ...said })}\n`;
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
  /** Writing, unlike setting a time, takes the time from the clock of the machine that keeps the file. */
  const say = async () => {
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
      await say();
      touching = setInterval(() => void say().catch(() => {}), touchEvery).unref();
    },
    async withdraw() {
      clearInterval(touching);
      standing.delete(id);
      await rm(path, { force: true });
    },
  };
}

/**
 * The claims to `file` of processes that are still there, but for `own`; those of others are removed.
 * @param own of this process: also tells what time it is where the files are kept, and how names are compared there.
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

/** How names are compared: some file systems hold `Lock` and `lock` for one. */
async function sameName(base: string, own?: Claim): Promise<(name: string) => boolean> {
  const folded = (name: string) => name.normalize('NFC').toLowerCase();
  const other = own && join(dirname(own.path), swapCase(basename(own.path)));
  const isOneFile = other !== undefined && (await lstat(other).catch(() => undefined)) !== undefined;
  return isOneFile ? (name) => folded(name) === folded(base) : (name) => name === base;
}

const swapCase = (name: string): string =>
  [...name].map((one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase())).join('');

interface Said {
  readonly state?: unknown;
  readonly place?: unknown;
  readonly pid?: unknown;
  readonly started?: unknown;
  readonly host?: unknown;
  readonly since?: unknown;
}

/** Undefined for what is gone, or is no claim whatever its name says; a power cut may have emptied one. */
async function read(path: string, id: string, now: number) {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats?.isFile()) return undefined;
  const said = await saidIn(path);
  if (!said && stats.size > 0) return undefined;
  const { state, place: where, pid, started, host, since } = said ?? {};
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
  // A time that lies in the future was set on purpose.
  const isLeft = isElsewhere ? Math.abs(now - stats.mtimeMs) > patience : !isThere(known!, start, id);
  return { holder, isLeft };
}

function isThere(pid: number, started: string | undefined, id: string): boolean {
  // Without the time of its start, an earlier process of this number cannot be told apart otherwise.
  if (pid === process.pid && started === undefined) return standing.has(id);
  return isRunning(pid, started);
}

/** What a claim says; undefined for what is none: whoever may write to the directory can put anything there. */
async function saidIn(path: string): Promise<Said | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | (constants.O_NOFOLLOW ?? 0));
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
      const said: unknown = JSON.parse(buffer.toString('utf8', 0, bytesRead));
      return typeof said === 'object' && said !== null && 'place' in said ? said : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

/** True for a file that a claim is, and for one that is gone: claims come and go. */
export async function isClaim(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats) return true;
  if (!stats.isFile() || stats.size > maxBytes) return false;
  return stats.size === 0 || (await saidIn(path)) !== undefined;
}
