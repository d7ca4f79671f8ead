import { setMaxListeners } from 'node:events';
import {
  type Answer,
  digestOnly,
  type FingerprintPorts,
  Gate,
  type Known,
  orFailed,
  printable,
  settledVersion,
  UsageError,
} from '../core/index.js';
import type { Asset, AssetRef, Problem } from '../core/types.js';
import { Job } from './job.js';
import type { End, WatchLimits } from './messages.js';
import { WorkerProcess } from './worker-process.js';

/** How many decoding processes there are, and what they run. */
export interface PoolOptions {
  /** Number of processes, at least 1. They start when there is work for them. */
  readonly workers: number;
  /** What every process is set up with: plain data. */
  readonly setup: unknown;
  readonly limits: WatchLimits;
  /** The script that the processes run, which calls `serve`. */
  readonly script?: URL | undefined;
}

/** How many assets one process works on: it reads one while it decodes another. */
export const inFlightEach = 2;

/**
 * How many pixels of large pictures may be in memory at once: one picture of the default limit. A larger one is decoded
 * alone.
 */
const roomForPixels = 100e6;

/** How long `close` waits for the processes, milliseconds: one that hangs in a system call does not end at once. */
const patience = 2000;

/** How many starts in a row may fail before the pool gives up. */
const maxFailedStarts = 3;

/**
 * Fingerprints in child processes, so that a crash of the decoder costs one asset and not the run (it would end all
 * threads of a process). The jobs of a process that ended are suspects: the pool tries each once more, in a process of
 * its own, and one that ends this process too gets `decode/decode-crashed`. Within an archive that is the member that
 * was being decoded: the pool keeps the answers before it and goes on with the members after it. It holds processes:
 * close it.
 */
export class Pool {
  readonly #workers = new Set<WorkerProcess>();
  /** Processes that were told to end and have not ended yet. */
  readonly #leaving = new Set<Promise<unknown>>();
  /** Jobs that no process has: suspects first, then the oldest. */
  #waiting: Job[] = [];
  /** The room for pixels of large pictures, over all processes. */
  readonly #room = new Gate(roomForPixels);
  #failedStarts = 0;
  /** True once a process has finished a job. */
  #hasWorked = false;
  #jobs = 0;
  /** Why the pool answers nothing any more; undefined until then. */
  #over: Error | undefined;

  /** `ports` fetch everything but local files, and make the digests of what crashed. */
  constructor(
    readonly ports: FingerprintPorts,
    readonly options: PoolOptions,
  ) {}

  /**
   * As `fingerprintLine`. The process that decodes a local file also reads it. This process fetches everything else,
   * because the limits per host and the guard of addresses must hold for the whole run: a decoding process opens no
   * connection. This process also asks first about known assets, because most have not changed. Leaving the loop early
   * stops the work. Also rejects when the pool is closed.
   */
  async *fingerprint(target: AssetRef | Asset, signal?: AbortSignal, known?: Known): AsyncGenerator<Answer> {
    const order = this.#jobs++;
    const version = settledVersion(known);
    let asset = 'bytes' in target ? target : undefined;
    const ref = asset?.ref ?? (target as AssetRef);
    if (!asset && (version !== undefined || !ref.uri.startsWith('file:'))) {
      const fetched = await orFailed(ref, () => this.ports.fetch(ref, signal, version), signal);
      if (fetched === undefined || 'outcome' in fetched) {
        yield fetched ?? known!.asset;
        return;
      }
      asset = fetched;
    }
    signal?.throwIfAborted();
    if (this.#over) throw this.#over;
    const problem = yield* this.#answers(new Job(order, { ref, asset, known }), signal);
    if (!problem) return;
    const ports = asset ? { ...this.ports, fetch: async () => asset } : this.ports;
    yield await digestOnly(ref, ports, problem, signal);
  }

  /**
   * Ends the processes at once; work in progress rejects. Settles once the processes have ended, because only then does
   * the system add their processor time to that of this process.
   */
  async close(): Promise<void> {
    this.#end(new Error('the scanner is closed'));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, patience);
    });
    await Promise.race([Promise.all(this.#leaving), late]);
    clearTimeout(timer);
  }

  async *#answers(job: Job, signal?: AbortSignal): AsyncGenerator<Answer, Problem | undefined> {
    const onAbort = () => job.reject(signal?.reason);
    // Every asset of a run listens to one signal. Node would take more than ten listeners for a leak, and warn.
    if (signal) setMaxListeners(0, signal);
    signal?.addEventListener('abort', onAbort);
    try {
      this.#enqueue([job]);
      this.#assign();
      return yield* job.answers();
    } finally {
      signal?.removeEventListener('abort', onAbort);
      job.leave();
    }
  }

  #end(error: Error): void {
    this.#over ??= error;
    const given = [...this.#workers].flatMap((worker) => [...worker.jobs.values()]);
    for (const job of [...this.#waiting, ...given]) job.reject(error);
    this.#waiting = [];
    for (const worker of this.#workers) this.#dismiss(worker);
  }

  #dismiss(worker: WorkerProcess): void {
    this.#workers.delete(worker);
    worker.end();
    const gone = worker.gone.finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
  }

  #enqueue(jobs: readonly Job[]): void {
    for (const job of jobs.filter(({ isLeft }) => !isLeft)) {
      job.onTaken = () => this.#assign();
      job.onLeft = () => {
        this.#waiting = this.#waiting.filter((other) => other !== job);
      };
      this.#waiting.push(job);
    }
    this.#waiting.sort((a, b) => Number(b.isSuspect) - Number(a.isSuspect) || a.order - b.order);
  }

  /**
   * Gives jobs to processes. A job that holds a place ends or stalls without the help of others, and then makes room,
   * so every waiting job gets its turn. So the asset whose answers the caller wants next never waits for one whose
   * answers come later.
   */
  #assign(): void {
    this.#dismissRetired();
    for (;;) {
      const job = this.#waiting.find(({ isStalled }) => !isStalled);
      const worker = job && this.#free(job.isSuspect ? 0 : inFlightEach - 1);
      if (!worker) return;
      this.#waiting.splice(this.#waiting.indexOf(job), 1);
      worker.give(job);
    }
  }

  #dismissRetired(): void {
    for (const worker of this.#workers)
      if (worker.isRetired && worker.atWork.length === 0) {
        this.#dismiss(worker);
        this.#enqueue([...worker.jobs.values()]);
      }
  }

  /** The least busy process with at most `jobs` jobs; a new process where none is idle and there may be more. */
  #free(jobs: number): WorkerProcess | undefined {
    const [best] = [...this.#workers]
      .map((worker) => ({ worker, atWork: worker.atWork }))
      .filter(({ worker, atWork }) => !worker.isRetired && !atWork.some(({ isSuspect }) => isSuspect))
      .sort((a, b) => a.atWork.length - b.atWork.length || a.worker.jobs.size - b.worker.jobs.size);
    if (best?.worker.jobs.size === 0) return best.worker;
    if (this.#workers.size < this.options.workers) return this.#start();
    return best && best.atWork.length <= jobs ? best.worker : undefined;
  }

  #start(): WorkerProcess {
    const { setup, limits, script = new URL('../scanner/worker.js', import.meta.url) } = this.options;
    const worker = new WorkerProcess(
      { script, setup, limits, room: this.#room },
      () => {
        this.#failedStarts = 0;
        this.#hasWorked = true;
        this.#assign();
      },
      (ended, end) => this.#ended(ended, end),
      (why) => this.#end(new UsageError(why)),
    );
    this.#workers.add(worker);
    return worker;
  }

  #ended(worker: WorkerProcess, end: End): void {
    this.#dismiss(worker);
    const jobs = [...worker.jobs.values()];
    const alone = worker.atWork.length === 1;
    if (!worker.isReady) this.#startFailed(worker, jobs, end.why);
    // A stalled job cannot be to blame.
    else this.#enqueue(jobs.filter((job) => job.isStalled || job.mayTryAgain(end, alone)));
    this.#assign();
  }

  /** Handles a process that failed to start, for which no asset is to blame. */
  #startFailed(worker: WorkerProcess, jobs: readonly Job[], why: string): void {
    this.#enqueue(jobs);
    this.#failedStarts += 1;
    if (this.#failedStarts < maxFailedStarts) return;
    const words = printable(worker.lastWords.replace(/[#\s]+/g, ' ').trim()).slice(0, 300);
    const message = `the decoding process does not start: ${why}; ${words}`;
    // Where no process ever started, the machine or one of its limits is at fault.
    this.#end(
      this.#hasWorked ? new Error(message) : new UsageError(`${message}. hashsieve doctor tells more`),
    );
  }
}
