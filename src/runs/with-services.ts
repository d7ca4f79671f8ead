import type { ScanResult } from '../core/types.js';
import type { Ledger } from '../ledger/index.js';
import type { Answered, AnswerStore, Asking, KeptAnswer } from '../matchers/types.js';
import type { LedgerGuard } from './ledger-guard.js';

/** Set where matching services added something to a result: when they answered. */
export interface WithAnswers {
  readonly answeredAt?: Date;
}

/** The most results that wait for answers. The line goes on reading until so many do. */
const mostWaiting = 2000;

/**
 * The results, a few at a time and in their order, after matching services were asked about them. While answers are
 * under way it reads on, so that many assets share a request. Once `signal` aborts, the results that still wait for an
 * answer are dropped, but for what the lists matched: a resumed run asks about them again.
 */
export async function* withServices<T extends { readonly result: ScanResult }>(
  results: AsyncIterable<readonly T[]>,
  asking: Asking | undefined,
  signal: AbortSignal,
  store?: AnswerStore,
): AsyncGenerator<readonly (T & WithAnswers)[]> {
  if (!asking) {
    yield* results;
    return;
  }
  const reader = results[Symbol.asyncIterator]();
  const waiting: Promise<readonly (T & WithAnswers)[]>[] = [];
  const sizes: number[] = [];
  let count = 0;
  let isOver = false;
  let failure: { readonly error: unknown } | undefined;
  let next:
    | Promise<{ readonly read: IteratorResult<readonly T[]> } | { readonly error: unknown }>
    | undefined;
  const read = () =>
    reader.next().then(
      (read) => ({ read }),
      (error: unknown) => ({ error }),
    );
  const ask = async (some: readonly T[]): Promise<readonly (T & WithAnswers)[]> => {
    try {
      const answers = await asking.about(
        some.map(({ result }) => result),
        store,
      );
      return some.map((one, at) => joined(one, answers[at]));
    } catch (error) {
      if (!signal.aborted) throw error;
      return some.filter(({ result }) => result.outcome === 'matched');
    }
  };
  try {
    for (;;) {
      if (!isOver && count < mostWaiting) next ??= read();
      const first = waiting[0];
      if (!first && !next) break;
      // Whichever is there first: something to ask about, or the answers to the oldest.
      const come = await Promise.race([
        ...(first ? [first.then((some) => ({ some }))] : []),
        ...(next ? [next] : []),
      ]);
      if ('some' in come) {
        waiting.shift();
        count -= sizes.shift()!;
        yield come.some;
        continue;
      }
      next = undefined;
      if ('error' in come) failure = come;
      if ('error' in come || come.read.done) isOver = true;
      else {
        const asked = ask(come.read.value);
        asked.catch(() => {}); // it is awaited in its turn
        waiting.push(asked);
        sizes.push(come.read.value.length);
        count += come.read.value.length;
      }
    }
    if (failure) throw failure.error;
  } finally {
    // Not awaited while a read is under way: a source that hangs must not delay the end of the run.
    const ended = reader.return?.(undefined);
    if (next) ended?.catch(() => {});
    else await ended;
  }
}

const joined = <T extends { readonly result: ScanResult }>(
  one: T,
  answered: Answered | undefined,
): T & WithAnswers => (answered ? { ...one, result: answered.result, answeredAt: answered.at } : one);

/** The ledger's memory of what services answered. Without it they are asked again. */
export const answerStore = ({ answers }: Ledger, guard: LedgerGuard): AnswerStore => ({
  recall: (identity, sets) =>
    guard.read(() => answers.recall(identity, sets) as (KeptAnswer | undefined)[], []),
  keep: (identity, some) => guard.write(() => answers.keep(identity, some)),
});
