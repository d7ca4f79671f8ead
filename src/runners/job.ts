import type { Answer } from '../core/index.js';
import type { Asset, AssetRef, Problem } from '../core/types.js';
import { type End, type Task, unacknowledged } from './messages.js';

/** Code of an asset that ended its decoding process twice. */
export const crashCode = 'decode-crashed';

/** Code of an asset whose decoding process was silent twice: stopped from outside, or frozen. */
export const silentCode = 'time-out';

/** Processes that one job may end: an archive may hold several files that crash the decoder. */
const mostCrashes = 12;

/** One asset on its way through the pool, with what is inside it. Keeps the answers until they are taken. */
export class Job {
  readonly ref: AssetRef;
  /** Answers that came, taken or not. */
  answered = 0;
  /** True once it was in a process that ended: it is tried again with nothing else at work beside it. */
  isSuspect = false;
  /** Called for every answer that is taken. */
  onTaken: () => void = () => {};
  /** Called once nobody wants what is left of it. */
  onLeft: () => void = () => {};
  /** True once nobody wants what is left of it: its process is done with it when it says so. */
  isLeft = false;
  #answers: Answer[] = [];
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #gaveUp: Problem | undefined;
  #wake = () => {};
  /** What ended its process: after how many answers, how often in a row, and the words for it. */
  #crash: { readonly after: number; readonly times: number; readonly problem: Problem } | undefined;
  #crashes = 0;

  /** @param order jobs that came earlier have a smaller one. */
  constructor(
    readonly order: number,
    readonly task: Omit<Task, 'again' | 'untaken'> & { readonly asset?: Asset | undefined },
  ) {
    this.ref = task.ref;
  }

  /** True while nothing is done for it, in a process or not, before some of its answers are taken. */
  get isStalled(): boolean {
    return !this.#ended && !this.isLeft && this.#answers.length >= unacknowledged;
  }

  /** What a process is to do now: what was answered is not asked for again. */
  get next(): Task {
    const { answered } = this;
    if (answered === 0 && !this.#crash) return this.task;
    const crash = (this.#crash?.times ?? 0) > 1 ? this.#crash?.problem : undefined;
    return { ...this.task, untaken: this.#answers.length, again: { answered, ...(crash ? { crash } : {}) } };
  }

  /** True when it was the last. */
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
   * Its process ended; `alone` where nothing else was at work in it, so that the job is to blame. The first time at one place it
   * is tried again as it is, the second time that place goes without decoding, the third time the job is given up:
   * then this is false.
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

  /** The answers in their order. Returns the problem, where it was given up. */
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
