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

export interface PoolOptions {
  /** Processes, at least 1; they start when there is work for them. */
  readonly workers: number;
  /** What every process is wired from: plain data. */
  readonly setup: unknown;
  readonly limits: WatchLimits;
  /** What the processes run: a script that calls `serve`. */
  readonly script?: URL | undefined;
}

/** Assets at work in one process: one is read while another is decoded. */
export const inFlightEach = 2;

/** Pixels of large pictures that may be decoded at once: one of the default limit; a larger one goes alone. */
const roomForPixels = 100e6;

/** How long the end of the processes is waited for, milliseconds: one that hangs in the system does not end at once. */
const patience = 2000;

/** Starts that may fail, one after the other, before the pool gives up. */
const maxFailedStarts = 3;

/**
 * Fingerprints in child processes, so that a crash of the decoder costs one asset and not the run (threads would all
 * die with it). What was under way in a process that ended is a suspect and is tried once more, one asset at a time;
 * the one that ends its process again gets `decode/decode-crashed`. In an archive that is the member that was being
 * decoded: what came before it is kept, what comes after it is looked at. Holds processes: close it.
 */
export class Pool {
  readonly #workers = new Set<WorkerProcess>();
  /** Ends of processes that were told to end. */
  readonly #leaving = new Set<Promise<unknown>>();
  /** Jobs that are in no process: suspects first, then the oldest. */
  #waiting: Job[] = [];
  /** Pixels of large pictures in memory, over all processes. */
  readonly #room = new Gate(roomForPixels);
  #failedStarts = 0;
  /** True once a process was done with a job. */
  #hasWorked = false;
  #jobs = 0;
  /** Set once nothing more is answered: why. */
  #over: Error | undefined;

  /** `ports` fetch what is no local file, and make the digests of what crashed. */
  constructor(
    readonly ports: FingerprintPorts,
    readonly options: PoolOptions,
  ) {}

  /**
   * As `fingerprintLine`. A local file is read by the process that decodes it. Everything else is fetched here, where
   * the limits per host and the guard of addresses hold for the whole run: a decoding process opens no connection.
   * What is known is first asked for here too, because most of it has not changed. Whoever leaves it early leaves no work
   * behind. Rejects besides when the pool is closed.
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
   * Ends the processes at once; what is under way rejects. Settles once they are gone: only then does the system count
   * their processor time to this process.
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
    // Every asset of a run listens to one signal: Node would take more than ten for a leak, and warn.
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
   * Gives jobs to processes. What has a place ends or stalls without any other, and then makes room: whatever waits comes
   * to its turn, so that the asset whose answers are wanted next never waits for one whose answers come later.
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

  /** The least busy process with at most `jobs` at work; a new one where none is idle and there may be more. */
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
    // What was stalled is not to blame.
    else this.#enqueue(jobs.filter((job) => job.isStalled || job.mayTryAgain(end, alone)));
    this.#assign();
  }

  /** No asset is to blame for a process that does not start. */
  #startFailed(worker: WorkerProcess, jobs: readonly Job[], why: string): void {
    this.#enqueue(jobs);
    this.#failedStarts += 1;
    if (this.#failedStarts < maxFailedStarts) return;
    const words = printable(worker.lastWords.replace(/[#\s]+/g, ' ').trim()).slice(0, 300);
    const message = `the decoding process does not start: ${why}; ${words}`;
    // Where none ever did, the machine or a limit of it is at fault.
    this.#end(
      this.#hasWorked ? new Error(message) : new UsageError(`${message}. hashsieve doctor tells more`),
    );
  }
}
