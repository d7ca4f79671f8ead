/** An iterable; where it is a stream, it must be destroyed once nobody reads it any more. */
type Readable<T> = AsyncIterable<T> & { destroy?(): unknown };

/**
 * Yields the items of `input` until `signal` aborts, also while it waits for the next one. It then ends without an
 * error and destroys a stream, which would otherwise keep the process alive.
 */
export async function* untilAborted<T>(input: Readable<T>, signal?: AbortSignal): AsyncGenerator<T> {
  const iterator = input[Symbol.asyncIterator]();
  const ended: IteratorResult<T> = { done: true, value: undefined };
  let stop = () => {};
  const onAbort = () => stop();
  signal?.addEventListener('abort', onAbort);
  let finished = false;
  try {
    while (!signal?.aborted) {
      // `Promise.race` with one promise of the signal would keep every item in memory until the signal aborts.
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        stop = () => resolve(ended);
        iterator.next().then(resolve, reject);
      });
      if (next.done) {
        finished = !signal?.aborted;
        return;
      }
      yield next.value;
    }
  } catch (error) {
    finished = true;
    throw error;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    if (!finished) {
      // Not awaited: a stream that never answers must not keep the run from ending.
      iterator.return?.(undefined)?.catch(() => {});
      input.destroy?.();
    }
  }
}
