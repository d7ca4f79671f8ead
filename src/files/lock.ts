import { lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { printable, UsageError } from '../core/index.js';
import { type Claim, type ClaimRules, claimsTo, type Holder, makeClaim } from './claim.js';

/** A lock that nobody else gets until `release`, or until this process ends in whatever way. */
export interface Lock {
  release(): Promise<void>;
}

/** How a lock is taken. */
export interface LockOptions extends ClaimRules {
  /** Wait while another process holds it: without limit, or this many milliseconds. */
  readonly wait?: boolean | number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called once, when the wait begins. */
  readonly onWait?: ((holder: Holder) => void) | undefined;
}

/** Raised where another process holds the lock. */
export class LockHeld extends UsageError {
  constructor(
    file: string,
    readonly holder: Holder,
  ) {
    super(`lock ${printable(file)} is held by ${holderText(holder)}; wait for it with --wait`);
  }
}

/** Says who holds a lock, and what to do where nobody can tell whether that process still runs. */
export function holderText({ pid, host, since, claim, isElsewhere }: Holder): string {
  const who = pid === undefined ? 'a process' : `process ${pid}`;
  const where = host === undefined ? '' : ` on ${printable(host)}`;
  const when = since === undefined ? '' : ` since ${printable(since)}`;
  const remove = isElsewhere ? ` (if that is no more, remove ${printable(claim)})` : '';
  return `${who}${where}${when}${remove}`;
}

/** Milliseconds in which several processes that want a lock must agree which goes first. */
const agreement = 5_000;
/** Milliseconds of the pauses while waiting; they are random, so that waiting processes do not ask at the same time. */
const pauses = { asking: 10, waiting: 200 } as const;

/**
 * Takes a lock: no other process gets it, on this machine or another that shares the directory, nor does anybody else
 * in this process. Never writes to `file`; claims with names of their own are put beside it and removed (docs/cron.md).
 * Raises LockHeld, UsageError where the wait is interrupted, and the system's error where claims cannot be made.
 */
export async function takeLock(file: string, options: LockOptions = {}): Promise<Lock> {
  const { wait = false, signal } = options;
  const place = await lockPlace(file);
  const end = Date.now() + (wait === true ? Number.POSITIVE_INFINITY : wait || 0);
  let isAnnounced = false;
  for (let tries = 0; ; tries++) {
    if (signal?.aborted) throw new UsageError('interrupted while waiting for another run');
    // A waiting process looks before it makes a claim, so that it does not block others all the time.
    const holder =
      tries === 0
        ? undefined
        : (await claimsTo(place, undefined, options)).find(({ state }) => state === 'holds');
    const got = holder ?? (await ask(place, options));
    if ('release' in got) return got;
    if (Date.now() >= end) throw new LockHeld(file, got);
    if (!isAnnounced) options.onWait?.(got);
    isAnnounced = true;
    await pause(pauses.waiting, signal);
  }
}

/** Takes the lock, or says who holds it. */
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
 * Takes the lock where no other claim exists once ours does. Of two processes, the one that looks later sees both
 * claims, so never do both find themselves alone. The lowest of the claims that want the lock stays until the others
 * are withdrawn.
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

/** The same path for every path that leads to the file. */
export async function lockPlace(file: string): Promise<string> {
  const found = await realpath(file).catch(() => undefined);
  return found ?? join(await realpath(dirname(file)), basename(file));
}

/**
 * Raises UsageError for an existing file that is not empty: it is no lock, and whoever named it may need its content.
 */
export async function requireLockFile(file: string): Promise<void> {
  const found = (await stat(file).catch(() => undefined)) ?? (await lstat(file).catch(() => undefined));
  if (!found || found.isSymbolicLink() || (found.isFile() && found.size === 0)) return;
  throw new UsageError(
    `lock ${printable(file)} is no lock, but ${found.isFile() ? 'a file that holds something' : 'something else than a file'}, ` +
      'and is left alone; name a file that is for the lock alone',
  );
}
