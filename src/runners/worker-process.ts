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

export interface WorkerSetup {
  readonly script: URL;
  readonly setup: unknown;
  readonly limits: WatchLimits;
  /** Shared by all processes. */
  readonly room: Room;
}

/** Called once, when the process has ended without being told to. */
export type OnEnd = (worker: WorkerProcess, end: End) => void;

/**
 * Seconds that a silent process gets beyond those in which it ends itself, and at least for its start. It cannot end
 * itself while it is stopped (SIGSTOP) or frozen.
 */
const grace = 5;
const startSeconds = 60;

/** JavaScript heap of a decoding process, MB: pixels live outside of it. */
const heap = 1024;

/**
 * Lets glibc ask the kernel for huge pages, and all threads share one heap. Each picture's pixels are memory that the kernel
 * hands out and fills with zeros, else in pages of 4 KiB, which takes as long as decoding where the pages of a virtual machine
 * are slow. glibc reads this when a process starts; musl, macOS and Windows take no notice.
 * https://www.gnu.org/software/libc/manual/html_node/Memory-Allocation-Tunables.html
 */
export const memoryTunables = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1', MALLOC_ARENA_MAX: '1' };

/** A child process and the jobs that are under way in it. */
export class WorkerProcess {
  /** Set once it answered its setup: before that its end blames no asset. */
  isReady = false;
  /** True once it takes no more jobs: an operation that could not be stopped may still hold its threads. */
  isRetired = false;
  readonly jobs = new Map<number, Job>();
  /** Settles once the system has taken note of its end, and of the processor time that it took. */
  readonly gone: Promise<unknown>;
  readonly #child: ChildProcess;
  readonly #watch: NodeJS.Timeout;
  /** Looks at it since it was last heard. They are counted, not time: a machine that slept accuses nobody. */
  #looks = 0;
  /** Room that it was given, by the number that it asked under. */
  readonly #held = new Map<number, () => void>();
  #nextId = 0;
  #isOver = false;
  #lastWords = '';

  constructor(
    readonly setup: WorkerSetup,
    /** Called when it is done with a job, for now or for good. */
    readonly onFree: () => void,
    readonly onEnd: OnEnd,
    /** Called where it cannot work on this machine, with the reason. */
    readonly onUnequipped: (why: string) => void,
  ) {
    this.#child = fork(setup.script, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [`--max-old-space-size=${heap}`, '--expose-gc'],
      // What the user set himself holds.
      env: { ...memoryTunables, ...process.env },
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-2000);
    });
    this.#child.on('message', (message: FromWorker) => this.#receive(message));
    this.#child.on('error', (error) => this.#over({ why: error.message, isSilent: false }));
    this.gone = new Promise((resolve) => this.#child.once('exit', resolve).once('error', resolve));
    // `close`, not `exit`: what it answered before its end has been received by then.
    this.#child.on('close', (code, signal) =>
      this.#over({ why: this.#reason(code, signal), isSilent: false }),
    );
    this.#watch = setInterval(() => this.#look(), beatEvery).unref();
    this.#send({ setup: setup.setup, limits: setup.limits });
  }

  /** Its jobs but those that are stalled, which take no place: what they wait for may be waiting for a place. */
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

  /** Ends the process at once, without `onEnd`; `gone` tells when it has come to that. */
  end(): void {
    this.#isOver = true;
    clearInterval(this.#watch);
    for (const leave of this.#held.values()) leave();
    this.#held.clear();
    this.#child.kill('SIGKILL');
    this.#child.unref();
  }

  /** What it said last on standard error; not neutralised for a terminal. */
  get lastWords(): string {
    return this.#lastWords.trim();
  }

  #send(message: ToWorker): void {
    // A process that is gone says so by its `close` event.
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
    if (!job) return; // it was told to stop a job that had just ended
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
