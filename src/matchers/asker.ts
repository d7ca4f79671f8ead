import { type Answer, type Matcher, MatcherFailure, type Question } from './types.js';

/** The clock of an asker, which tests replace. */
export interface AskerSeams {
  /** Milliseconds of a clock that only moves forward. */
  readonly now: () => number;
  /** Calls `work` once further questions have had a moment to arrive. */
  readonly soon: (work: () => void) => void;
}

interface Waiting {
  readonly question: Question;
  readonly answer: (answer: Answer | MatcherFailure) => void;
  readonly fail: (error: unknown) => void;
}

/** Failed requests in a row after which the asker sends no more for a while: each of them costs several tries. */
const mostFailures = 3;
/** Milliseconds for which it then sends none. */
const rest = 60_000;
/** The most answers that an asker keeps in memory, so that one run asks only once about copies of a picture. */
const mostKnown = 20_000;

/**
 * Asks one service, with many questions in a request. While requests are under way, new questions wait for the next
 * one. So a picture does not cost a round trip of its own.
 */
export class Asker {
  #waiting: Waiting[] = [];
  #underWay = 0;
  #isSoon = false;
  #failures = 0;
  #down: { readonly failure: MatcherFailure; readonly until: number } | undefined;
  readonly #known = new Map<string, Promise<Answer | MatcherFailure>>();

  constructor(
    private readonly matcher: Matcher,
    private readonly connections: number,
    private readonly seams: AskerSeams,
  ) {}

  /** Returns the service's answer to a question, or the failure. Rejects with the reason of an abort. */
  ask(question: Question): Promise<Answer | MatcherFailure> {
    const known = this.#known.get(question.key);
    if (known) return known;
    const asked = new Promise<Answer | MatcherFailure>((answer, fail) => {
      this.#waiting.push({ question, answer, fail });
    });
    this.#known.set(question.key, asked);
    if (this.#known.size > mostKnown) this.#known.delete(this.#known.keys().next().value!);
    this.#pump();
    return asked;
  }

  #pump(): void {
    while (this.#underWay < this.connections && this.#waiting.length >= this.matcher.batch) void this.#send();
    if (this.#waiting.length === 0 || this.#underWay >= this.connections || this.#isSoon) return;
    this.#isSoon = true;
    this.seams.soon(() => {
      this.#isSoon = false;
      if (this.#waiting.length > 0 && this.#underWay < this.connections) void this.#send();
      this.#pump();
    });
  }

  async #send(): Promise<void> {
    const some = this.#waiting.splice(0, this.matcher.batch);
    this.#underWay += 1;
    try {
      const answers = await this.#answersTo(some.map(({ question }) => question));
      for (const [at, { question, answer }] of some.entries()) {
        const one = answers instanceof MatcherFailure ? answers : answers[at]!;
        // The asker forgets a failure, so that the next question about these hashes goes to the service again.
        if (one instanceof MatcherFailure || 'unclear' in one) this.#known.delete(question.key);
        answer(one);
      }
    } catch (error) {
      for (const { fail } of some) fail(error);
    } finally {
      this.#underWay -= 1;
      this.#pump();
    }
  }

  async #answersTo(questions: readonly Question[]): Promise<readonly Answer[] | MatcherFailure> {
    if (this.#down && this.seams.now() < this.#down.until) return this.#down.failure;
    try {
      const answers = await this.matcher.ask(questions);
      this.#failures = 0;
      this.#down = undefined;
      return answers;
    } catch (error) {
      if (!(error instanceof MatcherFailure)) throw error;
      this.#failures += 1;
      if (error.again === 'never') this.#down = { failure: error, until: Number.POSITIVE_INFINITY };
      else if (this.#failures >= mostFailures || error.pause > 0)
        this.#down = { failure: error, until: this.seams.now() + Math.max(rest, error.pause * 1000) };
      return error;
    }
  }
}
