import type { Answer } from '../core/index.js';
import type { Asset, AssetRef, Problem } from '../core/types.js';
import { type End, type Task, unacknowledged } from './messages.js';

/** The code of an asset that ended its decoding process twice. */
export const crashCode = 'decode-crashed';

/** The code of an asset whose decoding process fell silent twice, because someone stopped it, or it froze. */
export const silentCode = 'time-out';

/** How many processes one job may end. An archive may hold several files that crash the decoder. */
const mostCrashes = 12;

/** One asset on its way through the pool, with what is inside it. It keeps the answers until the caller takes them. */
export class Job {
  readonly ref: AssetRef;
  /** How many answers have arrived, taken or not. */
  answered = 0;
  /** True once a process ended while it had this job. The pool then tries the job again in a process of its own. */
  isSuspect = false;
  /** Called for every answer that the caller takes. */
  onTaken: () => void = () => {};
  /** Called once the caller wants no more answers. */
  onLeft: () => void = () => {};
  /** True once the caller wants no more answers. Its process still has it until that process says otherwise. */
  isLeft = false;
  #answers: Answer[] = [];
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #gaveUp: Problem | undefined;
  #wake = () => {};
  /** What ended its process: after how many answers, how often in a row, and the problem. */
  #crash: { readonly after: number; readonly times: number; readonly problem: Problem } | undefined;
  #crashes = 0;

  /** @param order smaller for jobs that came earlier. */
  constructor(
    readonly order: number,
    readonly task: Omit<Task, 'again' | 'untaken'> & { readonly asset?: Asset | undefined },
  ) {
    this.ref = task.ref;
  }

  /** True while no process works on it, because the caller must first take some of its answers. */
  get isStalled(): boolean {
    return !this.#ended && !this.isLeft && this.#answers.length >= unacknowledged;
  }

  /** The task for a process now. It leaves out what has been answered. */
  get next(): Task {
    const { answered } = this;
    if (answered === 0 && !this.#crash) return this.task;
    const crash = (this.#crash?.times ?? 0) > 1 ? this.#crash?.problem : undefined;
    return { ...this.task, untaken: this.#answers.length, again: { answered, ...(crash ? { crash } : {}) } };
  }

  /** Takes an answer. Returns true for the last one. */
  receive(answer: Answer): boolean {
    this.answered += 1;
    if (!this.isLeft) this.#answers.push(answer);
    this.#ended = isSame(answer.ref, this.ref);
    this.#wake();
    return this.#ended;
  }

  /** Makes `answers` throw. */
  reject(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  leave(): void {
    this.isLeft = true;
    this.#answers = [];
    this.onLeft();
  }

  /**
   * Called when its process ended; `alone` where the process had no other job, so that this one is to blame. After the
   * first crash at one place the pool tries the job again as it is, after the second it skips decoding at that place,
   * and after the third it gives the job up: then this returns false.
   */
  mayTryAgain({ why, isSilent }: End, alone: boolean): boolean {
    const { answered: after } = this;
    const before = this.#crash?.after === after && alone ? this.#crash.times : 0;
    const problem: Problem = isSilent
      ? { stage: 'decode', code: silentCode, message: `its decoding process was ended twice: ${why}` }
      : { stage: 'decode', code: crashCode, message: `decoding it ended its process twice: ${why}` };
    this.#crash = { after, times: before + 1, problem };
    this.#crashes += 1;
    this.isSuspect = true;
    if (before + 1 < 3 && this.#crashes < mostCrashes) return true;
    this.#gaveUp = problem;
    this.#wake();
    return false;
  }

  /** The answers in their order. Returns the problem where the pool gave the job up. */
  async *answers(): AsyncGenerator<Answer, Problem | undefined> {
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      if (this.#failure) throw this.#failure.error;
      const answer = this.#answers.shift();
      if (answer) {
        this.onTaken();
        yield answer;
      } else if (this.#gaveUp || this.#ended) return this.#gaveUp;
      else await woken;
    }
  }
}

const isSame = (a: AssetRef, b: AssetRef): boolean =>
  a.uri === b.uri && a.member === b.member && a.part === b.part;
