import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { printable, UsageError } from '../core/index.js';
import { here, isRunning, startOf } from '../files/index.js';
import type { Cell, Database } from './driver.js';

// Several processes have the ledger open at once. For what only one of them may do at a time, such as a run of one
// plan, a process takes a lease: a row that names it. A process that is killed leaves its row behind, and the next
// process that wants the lease sees that the first one is gone.

/**
 * How long a lease holds without a heartbeat, milliseconds, where no one can ask the system whether its process lives.
 */
const term = 3 * 60 * 1000;
/** How often a holder writes its heartbeat, milliseconds. */
const beatEvery = term / 9;
/** How often a waiting process looks again, milliseconds. */
const askEvery = 200;

/** A process that has a lease. */
export interface LeaseHolder {
  readonly host: string;
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** How to take a lease, and what to tell the user meanwhile. */
export interface LeaseOptions {
  /** What the holder is doing, for the message: `the same scan`. */
  readonly what: string;
  /** What the user can do about it, for the message. */
  readonly wayOut: string;
  /** Wait for the holder: true for as long as it takes, a number for so many milliseconds. */
  readonly wait?: boolean | number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called once, before waiting for a holder. */
  readonly onWait?: ((holder: LeaseHolder) => void) | undefined;
}

/** Another process has the lease. */
export class LeaseHeld extends UsageError {
  constructor(
    { what, wayOut }: Pick<LeaseOptions, 'what' | 'wayOut'>,
    readonly holder: LeaseHolder,
  ) {
    super(`${what} is under way already, in ${leaseHolderText(holder)}; ${wayOut}`);
  }
}

/** Another process took the lease over, because this one wrote no heartbeat for too long. */
export class LeaseLost extends Error {
  constructor() {
    super('another process has taken over what this one was doing');
  }
}

/** The holder of a lease, as messages name it. */
export const leaseHolderText = ({ host, pid, since }: LeaseHolder): string =>
  `process ${pid} on ${printable(host)} since ${new Date(since).toISOString()}`;

/** A lease that this process holds until `release` or its own end, whatever ends it. */
export class Lease {
  readonly #token = randomUUID();
  #beating: NodeJS.Timeout | undefined;

  private constructor(
    private readonly database: Database,
    private readonly name: string,
  ) {}

  /**
   * Takes a lease. Raises LeaseHeld where another process has it, UsageError where a signal interrupts the wait, and
   * what SQLite raises.
   */
  static async take(database: Database, name: string, options: LeaseOptions): Promise<Lease> {
    const { wait = false, signal, onWait } = options;
    const lease = new Lease(database, name);
    const end = Date.now() + (wait === true ? Number.POSITIVE_INFINITY : wait || 0);
    for (let tries = 0; ; tries++) {
      if (signal?.aborted) throw new UsageError('interrupted while waiting for another run');
      const holder = lease.#ask(Date.now());
      if (!holder) return lease;
      if (Date.now() >= end) throw new LeaseHeld(options, holder);
      if (tries === 0) onWait?.(holder);
      await delay(askEvery, undefined, signal ? { signal } : {}).catch(() => {});
    }
  }

  /**
   * Raises LeaseLost where another process took the lease over. Call it within the transaction that relies on the
   * lease.
   */
  require(): void {
    const mine = 'SELECT 1 FROM leases WHERE name = ? AND token = ?';
    if (this.database.value(mine, this.name, this.#token) === undefined) throw new LeaseLost();
  }

  /** Gives the lease back. Never raises: a lease that stays behind ends with its process. */
  release(): void {
    clearInterval(this.#beating);
    try {
      this.database.prepare('DELETE FROM leases WHERE name = ? AND token = ?').run(this.name, this.#token);
    } catch {}
  }

  /** Takes the lease, or returns its holder. */
  #ask(now: number): LeaseHolder | undefined {
    const { database, name } = this;
    const other = database.transact(() => {
      const holder = readHolder(database, name);
      if (holder && !isGone(holder, now)) return holder;
      database
        .prepare(
          `INSERT OR REPLACE INTO leases (name, token, host, boot, container, pid, started, since, beat, expires)
           VALUES (@name, @token, @host, @boot, @container, @pid, @started, @now, @now, @expires)`,
        )
        .run({
          ...here,
          name,
          token: this.#token,
          pid: process.pid,
          started: startOf(process.pid) ?? null,
          now,
          expires: now + term,
        });
      return undefined;
    });
    if (!other) this.#beating = setInterval(() => this.#beat(), beatEvery).unref();
    return other;
  }

  #beat(): void {
    const now = Date.now();
    try {
      this.database
        .prepare('UPDATE leases SET beat = ?, expires = ? WHERE name = ? AND token = ?')
        .run(now, now + term, this.name, this.#token);
    } catch {} // The next beat may succeed; whoever needs the ledger reports it lost.
  }
}

interface FullHolder extends LeaseHolder {
  readonly boot: string;
  readonly container: string;
  readonly started: string | undefined;
  readonly beat: number;
  readonly expires: number;
}

/** The holder of a lease. Undefined where there is none, and where the row is damaged: it names no process then. */
function readHolder(database: Database, name: string): FullHolder | undefined {
  const text = (column: string) => `CAST(${column} AS BLOB)`;
  const row = database
    .prepare(
      `SELECT ${text('host')}, ${text('boot')}, ${text('container')}, ${text('started')}, pid, since, beat, expires
       FROM leases WHERE name = ?`,
    )
    .get(name);
  if (!row) return undefined;
  const [host, boot, container, started] = row.slice(0, 4).map(decoded);
  const numbers = row.slice(4);
  const isValid = numbers.every((one) => Number.isSafeInteger(one) && (one as number) > 0);
  const [pid, since, beat, expires] = numbers as number[];
  if (!isValid || since! > latestDate || host === undefined || boot === undefined || container === undefined)
    return undefined;
  return { host, boot, container, started, pid: pid!, since: since!, beat: beat!, expires: expires! };
}

/** The latest moment that a JavaScript Date can hold. */
const latestDate = 8.64e15;

const decoded = (cell: Cell): string | undefined =>
  cell instanceof Uint8Array ? Buffer.from(cell).toString('utf8') : undefined;

/**
 * True where the process that holds a lease has ended. For a process of this machine and container the system tells. A
 * machine of this name that was restarted since has none of its processes left. For all others only the heartbeat
 * tells.
 */
function isGone({ host, boot, container, pid, started, beat, expires }: FullHolder, now: number): boolean {
  // A heartbeat that is ahead of our clock came from a clock that is wrong.
  const isSilent = now > expires || now < beat - term;
  if (host !== here.host) return isSilent;
  if (boot !== here.boot) return boot !== '' && here.boot !== '' ? true : isSilent;
  if (container !== here.container) return isSilent;
  if (!isRunning(pid, started)) return true;
  return started === undefined && isSilent; // another process may have this number by now
}
