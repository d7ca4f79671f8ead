import { writeFileSync } from 'node:fs';
import { type Answer, type Room, UsageError } from '../core/index.js';
import { beatEvery, type FromWorker, type Task, type ToWorker, unacknowledged } from './messages.js';
import { startWatchdog } from './watchdog.js';

/** Fingerprints one asset, and what is inside it. */
export type Work = (task: Task) => AsyncIterable<Answer>;

/**
 * Runs a decoding process: it takes its setup, then jobs, until the parent ends. `wire` receives `PoolOptions.setup`
 * and the room that all decoding processes share; a UsageError from it ends the run.
 */
export function serve(wire: (setup: unknown, room: Room) => Work | Promise<Work>): void {
  const parent = process.ppid;
  // Ctrl-C, and the end of a terminal, signal all of its processes. This one goes on until the parent tells it to stop.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {});
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  hardenProcess();
  const answer = (message: FromWorker) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => {});
  };
  const waiting = new Map<number, () => void>();
  let asked = 0;
  const room: Room = {
    async enter(weight) {
      const number = asked++;
      const granted = new Promise<void>((go) => waiting.set(number, go));
      answer({ enter: number, weight });
      await granted;
      // Waits until nothing holds the pixels any more: pixels that are freed later would be in memory twice.
      return () =>
        setImmediate(() => {
          globalThis.gc?.();
          answer({ leave: number });
        });
    },
  };
  let wired: ((work: Work) => void) | undefined;
  /** Jobs may arrive while plug-ins are still being loaded. */
  const work = new Promise<Work>((resolve) => {
    wired = resolve;
  });
  const jobs = new Map<number, Sending>();
  process.on('message', async (message: ToWorker) => {
    if ('go' in message) {
      waiting.get(message.go)?.();
      waiting.delete(message.go);
      return;
    }
    if ('setup' in message) {
      try {
        wired!(await wire(message.setup, room));
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        answer({ unequipped: error.message });
        return;
      }
      startWatchdog(message.limits, parent);
      setInterval(() => answer({ alive: true }), beatEvery);
      answer({ ready: true });
      return;
    }
    const { id } = message;
    if ('taken' in message) {
      jobs.get(id)?.taken(message.taken);
      return;
    }
    if ('stop' in message) {
      jobs.get(id)?.stop();
      return;
    }
    const sending = new Sending(id, answer, message.untaken);
    jobs.set(id, sending);
    sending
      .all(whenWired(work, message))
      .catch((error: unknown) =>
        answer({ id, defect: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
      )
      .finally(() => {
        jobs.delete(id);
        if (sending.isStopped) answer({ id, stopped: true });
      });
  });
}

async function* whenWired(work: Promise<Work>, task: Task): AsyncGenerator<Answer> {
  yield* (await work)(task);
}

/** Sends the answers of one job, only as many at once as the parent accepts. */
class Sending {
  isStopped = false;
  #onTheirWay: number;
  #onRoom = () => {};

  constructor(
    readonly id: number,
    readonly send: (message: FromWorker) => void,
    untaken = 0,
  ) {
    this.#onTheirWay = untaken;
  }

  async all(answers: AsyncIterable<Answer>): Promise<void> {
    for await (const answer of answers) {
      this.send({ id: this.id, answer });
      this.#onTheirWay += 1;
      while (this.#onTheirWay >= unacknowledged && !this.isStopped)
        await new Promise<void>((resolve) => {
          this.#onRoom = resolve;
        });
      if (this.isStopped) return;
    }
  }

  taken(count: number): void {
    this.#onTheirWay -= count;
    this.#onRoom();
  }

  stop(): void {
    this.isStopped = true;
    this.#onRoom();
  }
}

/**
 * On Linux, keeps core dumps from writing pixels to disk, and makes memory pressure end this process before the parent.
 */
function hardenProcess(): void {
  if (process.platform !== 'linux') return;
  for (const [name, value] of [
    ['coredump_filter', '0'],
    ['oom_score_adj', '1000'],
  ] as const) {
    try {
      writeFileSync(`/proc/self/${name}`, value);
    } catch {
      // /proc may be read-only in a container. Nothing depends on these writes.
    }
  }
}
