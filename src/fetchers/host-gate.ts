import pLimit, { type LimitFunction } from 'p-limit';

/** Resolves after `milliseconds`, rejects with the signal's reason when it aborts. */
export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

interface Gate {
  readonly limit: LimitFunction;
  pausedUntil: number;
  users: number;
}

/** Lets a few requests at a time through to each host, and none while the host asked for a pause. */
export class HostGates {
  readonly #gates = new Map<string, Gate>();

  constructor(
    private readonly perHost: number,
    private readonly now: () => number,
    private readonly sleep: Sleep,
  ) {}

  /** Runs `work` when it is the host's turn. */
  async run<T>(host: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const gate = this.#gates.get(host) ?? { limit: pLimit(this.perHost), pausedUntil: 0, users: 0 };
    this.#gates.set(host, gate);
    gate.users += 1;
    try {
      return await gate.limit(async () => {
        for (let wait = gate.pausedUntil - this.now(); wait > 0; wait = gate.pausedUntil - this.now())
          await this.sleep(wait, signal);
        signal?.throwIfAborted();
        return work();
      });
    } finally {
      gate.users -= 1;
      if (gate.users === 0 && gate.pausedUntil <= this.now()) this.#gates.delete(host);
    }
  }

  /** Holds back what has not begun. Call it while inside `run` for that host. */
  pause(host: string, milliseconds: number): void {
    const gate = this.#gates.get(host);
    if (gate) gate.pausedUntil = Math.max(gate.pausedUntil, this.now() + milliseconds);
  }
}
