import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { printable, UsageError } from '../core/index.js';
import { type Claim, type ClaimRules, claimsTo, type Holder, makeClaim } from './claim.js';

/** A file that nobody else holds until `release`, or the end of this process, however it ends. */
export interface Lock {
  release(): Promise<void>;
}

export interface LockOptions extends ClaimRules {
  /** Wait for who holds it: for ever, or so many milliseconds. */
  readonly wait?: boolean | number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called once, when there is something to wait for. */
  readonly onWait?: ((holder: Holder) => void) | undefined;
}

/** Somebody else holds the lock. */
export class LockHeld extends UsageError {
  constructor(
    file: string,
    readonly holder: Holder,
  ) {
    super(`lock ${printable(file)} is held by ${holderText(holder)}; wait for it with --wait`);
  }
}

/** Who holds a lock, and what to do where nobody can tell whether that process is still there. */
export function holderText({ pid, host, since, claim, isElsewhere }: Holder): string {
  const who = pid === undefined ? 'a process' : `process ${pid}`;
  const where = host === undefined ? '' : ` on ${printable(host)}`;
  const when = since === undefined ? '' : ` since ${printable(since)}`;
  const remove = isElsewhere ? ` (if that is no more, remove ${printable(claim)})` : '';
  return `${who}${where}${when}${remove}`;
}

/** How long several that want a lock at once are given to agree who goes first, milliseconds. */
const agreement = 5_000;
/** Pauses while waiting, milliseconds: at random, so that those who wait do not ask in step. */
const pauses = { asking: 10, waiting: 200 } as const;

/**
 * Holds a lock: nobody else gets it, on this machine or another that shares the directory, and neither in this process.
 * The file itself is never written; claims of names of their own come to lie beside it, and go (docs/cron.md).
 * Raises LockHeld, UsageError where the wait is interrupted, and what the system raises where claims cannot be made.
 */
export async function takeLock(file: string, options: LockOptions = {}): Promise<Lock> {
  const { wait = false, signal } = options;
  const place = await lockPlace(file);
  const end = Date.now() + (wait === true ? Number.POSITIVE_INFINITY : wait || 0);
  let told = false;
  for (let tries = 0; ; tries++) {
    if (signal?.aborted) throw new UsageError('interrupted while waiting for another run');
    // Whoever waits asks before it claims, and so does not stand in the way of others all the time.
    const holder =
      tries === 0
        ? undefined
        : (await claimsTo(place, undefined, options)).find(({ state }) => state === 'holds');
    const got = holder ?? (await ask(place, options));
    if ('release' in got) return got;
    if (Date.now() >= end) throw new LockHeld(file, got);
    if (!told) options.onWait?.(got);
    told = true;
    await pause(pauses.waiting, signal);
  }
}

/** The lock, or who is in the way. */
async function ask(place: string, options: LockOptions): Promise<Lock | Holder> {
  const { signal } = options;
  for (const end = Date.now() + agreement; ; ) {
    const claim = await makeClaim(place);
    const rival = await firstBefore(place, claim, end, options).catch(async (error) => {
      await claim.withdraw().catch(() => {});
      throw error;
    });
    if (!rival) return { release: () => claim.withdraw() };
    await claim.withdraw();
    if (rival.state === 'holds' || Date.now() > end || signal?.aborted) return rival;
    await pause(pauses.asking, signal);
  }
}

/**
 * Holds the lock where, once our claim stands, no other does: of two, the one that looks later sees both, so that never
 * two find themselves alone. The lowest of those that want it stays until the others have gone.
 */
async function firstBefore(
  place: string,
  claim: Claim,
  end: number,
  options: LockOptions,
): Promise<Holder | undefined> {
  const { signal } = options;
  for (;;) {
    const others = await claimsTo(place, claim, options);
    if (others.length === 0) {
      await claim.hold();
      return undefined;
    }
    const before = others.find(({ state, id }) => state === 'holds' || id < claim.id);
    if (before || Date.now() > end || signal?.aborted) return before ?? others[0];
    await pause(pauses.asking, signal);
  }
}

const pause = (most: number, signal?: AbortSignal): Promise<void> =>
  delay((0.5 + Math.random()) * most, undefined, signal ? { signal } : {}).catch(() => {});

/** The same for every way that leads to a file. */
export async function lockPlace(file: string): Promise<string> {
  const found = await realpath(file).catch(() => undefined);
  return found ?? join(await realpath(dirname(file)), basename(file));
}

/**
 * Raises UsageError for a file that is there and holds something: it is another thing than a lock, and whoever named it
 * may have meant that.
 */
export async function requireLockFile(file: string): Promise<void> {
  const found = (await stat(file).catch(() => undefined)) ?? (await lstat(file).catch(() => undefined));
  if (!found || found.isSymbolicLink() || (found.isFile() && found.size === 0)) return;
  throw new UsageError(
    `lock ${printable(file)} is no lock, but ${found.isFile() ? 'a file that holds something' : 'something else than a file'}, ` +
      'and is left alone; name a file that is for the lock alone',
  );
}
