import pLimit, { type LimitFunction } from 'p-limit';

/** Resolves after `milliseconds`; rejects with the signal's reason when it aborts. */
export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

interface Gate {
  readonly limit: LimitFunction;
  pausedUntil: number;
  /** Time at which the next request may begin, in milliseconds. */
  nextAt: number;
  users: number;
}

/** Limits the simultaneous requests to each host, and holds all requests back while a host wants a pause. */
export class HostGates {
  readonly #gates = new Map<string, Gate>();
  /** Milliseconds between requests, by host, for hosts that want fewer than `rate` permits. */
  readonly #paces = new Map<string, number>();

  /**
   * Prepares the limits.
   * @param rate most requests a second to one host.
   */
  constructor(
    private readonly perHost: number,
    private readonly now: () => number,
    private readonly sleep: Sleep,
    private readonly rate = Number.POSITIVE_INFINITY,
  ) {}

  /** From now on leaves at least this time between two requests to a host. */
  pace(host: string, milliseconds: number): void {
    this.#paces.set(host, milliseconds);
  }

  /** Runs `work` when it is the turn of this request to its host. Rejects with the signal's reason. */
  async run<T>(host: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const gate = this.#gates.get(host) ?? {
      limit: pLimit(this.perHost),
      pausedUntil: 0,
      nextAt: 0,
      users: 0,
    };
    this.#gates.set(host, gate);
    gate.users += 1;
    try {
      return await gate.limit(async () => {
        for (let wait = gate.pausedUntil - this.now(); wait > 0; wait = gate.pausedUntil - this.now())
          await this.sleep(wait, signal);
        await this.#turn(host, gate, signal);
        signal?.throwIfAborted();
        return work();
      });
    } finally {
      gate.users -= 1;
      const isDone = Math.max(gate.pausedUntil, gate.nextAt) <= this.now();
      if (gate.users === 0 && isDone) this.#gates.delete(host);
    }
  }

  async #turn(host: string, gate: Gate, signal?: AbortSignal): Promise<void> {
    const interval = Math.max(1000 / this.rate, this.#paces.get(host) ?? 0);
    if (interval === 0) return;
    const at = Math.max(this.now(), gate.nextAt);
    gate.nextAt = at + interval;
    if (at > this.now()) await this.sleep(at - this.now(), signal);
  }

  /** Holds back requests to a host that have not begun. Call it inside `run` for that host. */
  pause(host: string, milliseconds: number): void {
    const gate = this.#gates.get(host);
    if (gate) gate.pausedUntil = Math.max(gate.pausedUntil, this.now() + milliseconds);
  }
}
