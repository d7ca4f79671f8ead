import { type ChildProcess, fork } from 'node:child_process';
import type { Answer, Room } from '../core/index.js';
import type { Job } from './job.js';
import {
  beatEvery,
  type End,
  type FromWorker,
  stuckSignal,
  type ToWorker,
  type WatchLimits,
} from './messages.js';

/** What a decoding process is started with. */
export interface WorkerSetup {
  readonly script: URL;
  readonly setup: unknown;
  readonly limits: WatchLimits;
  /** The room that all processes share. */
  readonly room: Room;
}

/** Called once, when the process has ended without being told to. */
export type OnEnd = (worker: WorkerProcess, end: End) => void;

/**
 * How many seconds longer than its own watchdog the parent waits for a silent process, and at least for its start.
 * While a process is stopped (SIGSTOP) or frozen, its own watchdog cannot end it.
 */
const grace = 5;
const startSeconds = 60;

/** JavaScript heap of a decoding process, MB. Pixels are outside it. */
const heap = 1024;

/**
 * Lets glibc ask the kernel for huge pages, and makes all threads share one heap. The kernel hands out the memory of
 * each picture's pixels and fills it with zeros, otherwise in pages of 4 KiB: on a virtual machine with slow pages that
 * takes as long as decoding. glibc reads this when a process starts; musl, macOS and Windows ignore it.
 * https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html
 */
export const memoryTunables = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1', MALLOC_ARENA_MAX: '1' };

/** A child process and the jobs that it works on. */
export class WorkerProcess {
  /** Set once the process has answered its setup. If it ends before, no asset is to blame. */
  isReady = false;
  /** True once it gets no more jobs, because an operation that could not be stopped may still occupy its threads. */
  isRetired = false;
  readonly jobs = new Map<number, Job>();
  /** Settles once the system has noted its end, and the processor time that it used. */
  readonly gone: Promise<unknown>;
  readonly #child: ChildProcess;
  readonly #watch: NodeJS.Timeout;
  /**
   * How often the parent has looked since it last heard from the process. It counts looks instead of time, because the
   * machine may sleep.
   */
  #looks = 0;
  /** The room that the process holds, by the number of its request. */
  readonly #held = new Map<number, () => void>();
  #nextId = 0;
  #isOver = false;
  #lastWords = '';

  constructor(
    readonly setup: WorkerSetup,
    /** Called when it has finished a job, or set it aside. */
    readonly onFree: () => void,
    readonly onEnd: OnEnd,
    /** Called with the reason where it cannot decode on this machine. */
    readonly onUnequipped: (why: string) => void,
  ) {
    this.#child = fork(setup.script, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [`--max-old-space-size=${heap}`, '--expose-gc'],
      // What users set themselves takes precedence.
      env: { ...memoryTunables, ...process.env },
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-2000);
    });
    this.#child.on('message', (message: FromWorker) => this.#receive(message));
    this.#child.on('error', (error) => this.#over({ why: error.message, isSilent: false }));
    this.gone = new Promise((resolve) => this.#child.once('exit', resolve).once('error', resolve));
    // `close`, not `exit`: by then everything that the process answered has arrived.
    this.#child.on('close', (code, signal) =>
      this.#over({ why: this.#reason(code, signal), isSilent: false }),
    );
    this.#watch = setInterval(() => this.#look(), beatEvery).unref();
    this.#send({ setup: setup.setup, limits: setup.limits });
  }

  /**
   * Its jobs but the stalled ones, which take no place: otherwise they could wait for a job that waits for their place.
   */
  get atWork(): Job[] {
    return [...this.jobs.values()].filter((job) => !job.isStalled);
  }

  give(job: Job): void {
    const id = this.#nextId++;
    this.jobs.set(id, job);
    job.onTaken = () => {
      if (this.jobs.has(id)) this.#send({ id, taken: 1 });
    };
    job.onLeft = () => {
      if (this.jobs.has(id)) this.#send({ id, stop: true });
    };
    this.#send({ id, ...job.next });
  }

  /** Ends the process at once, without calling `onEnd`. `gone` settles when it has ended. */
  end(): void {
    this.#isOver = true;
    clearInterval(this.#watch);
    for (const leave of this.#held.values()) leave();
    this.#held.clear();
    this.#child.kill('SIGKILL');
    this.#child.unref();
  }

  /** The last text that it wrote to standard error. The caller must neutralise it for a terminal. */
  get lastWords(): string {
    return this.#lastWords.trim();
  }

  #send(message: ToWorker): void {
    // A process that has ended is reported by its `close` event.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #receive(message: FromWorker): void {
    if (this.#isOver) return;
    this.#looks = 0;
    if ('alive' in message) return;
    if ('ready' in message) {
      this.isReady = true;
      return;
    }
    if ('unequipped' in message) {
      this.onUnequipped(message.unequipped);
      return;
    }
    if ('enter' in message) {
      void this.#makeRoom(message.enter, message.weight);
      return;
    }
    if ('leave' in message) {
      this.#held.get(message.leave)?.();
      this.#held.delete(message.leave);
      return;
    }
    const job = this.jobs.get(message.id);
    if (!job) return; // the parent stopped it just after it ended
    if ('answer' in message) {
      if (timedOut(message.answer)) this.isRetired = true;
      if (job.receive(message.answer)) this.jobs.delete(message.id);
      else if (!job.isStalled) return;
    } else {
      if ('defect' in message) job.reject(new Error(`in a decoding process: ${message.defect}`));
      this.jobs.delete(message.id);
    }
    this.onFree();
  }

  async #makeRoom(number: number, weight: number): Promise<void> {
    const leave = await this.setup.room.enter(weight);
    if (this.#isOver) return leave();
    this.#held.set(number, leave);
    this.#send({ go: number });
  }

  #look(): void {
    this.#looks += 1;
    const least = this.isReady ? 0 : startSeconds;
    const most = Math.max(this.setup.limits.silentSeconds + grace, least);
    if (this.#looks * beatEvery <= most * 1000) return;
    this.#over({ why: `it was silent for ${most} s, as if it had been stopped`, isSilent: true });
  }

  #over(end: End): void {
    if (this.#isOver) return;
    this.end();
    this.onEnd(this, end);
  }

  #reason(code: number | null, signal: NodeJS.Signals | null): string {
    const { silentSeconds, memory } = this.setup.limits;
    if (signal === stuckSignal) return `it made no progress for ${silentSeconds} s`;
    if (signal === 'SIGKILL')
      return `it was killed: out of memory, or over the limit of ${Math.round(memory / 1e6)} MB`;
    return signal ? `it ended with ${signal}` : `it ended with code ${code}`;
  }
}

const timedOut = (answer: Answer): boolean => {
  const problem = 'outcome' in answer ? answer : answer.unread;
  return problem !== undefined && 'code' in problem && problem.code === 'time-out';
};
