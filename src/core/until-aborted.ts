/** What is read, and may be a stream that has to be told when nobody reads on. */
type Readable<T> = AsyncIterable<T> & { destroy?(): unknown };

/**
 * The items of `input` until `signal` aborts, also while the next one is waited for; it then ends without an error, and
 * a stream is destroyed, which else would keep the process alive.
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
      // No `Promise.race` with one promise of the signal: that would hold every item until the signal aborts.
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
