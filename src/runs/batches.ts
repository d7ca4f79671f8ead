/**
 * The items of a source in batches of at most `most`. A batch holds the items that arrived while the caller worked on
 * the last one, or that are there at once: a slow source delays nothing. Reads at most `most` items ahead.
 */
export async function* batches<T>(source: AsyncIterable<T>, most: number): AsyncGenerator<T[]> {
  const iterator = source[Symbol.asyncIterator]();
  let ready: T[] = [];
  let over = false;
  let failure: { readonly error: unknown } | undefined;
  let wake = () => {};
  let resume = () => {};
  const read = async () => {
    try {
      while (!over) {
        const next = await iterator.next();
        if (next.done) return;
        ready.push(next.value);
        wake();
        if (ready.length >= most)
          await new Promise<void>((go) => {
            resume = go;
          });
      }
    } catch (error) {
      failure = { error };
    } finally {
      over = true;
      wake();
    }
  };
  void read();
  try {
    for (;;) {
      if (ready.length === 0 && !over) {
        await new Promise<void>((go) => {
          wake = go;
        });
        // A source that gives its items one after the other may have more of them ready.
        await new Promise((go) => setImmediate(go));
      }
      if (ready.length > 0) {
        const batch = ready;
        ready = [];
        resume();
        yield batch;
      } else if (over) break;
    }
    if (failure) throw failure.error;
  } finally {
    over = true;
    resume();
    // Not awaited: a source that hangs in a read must not delay the end of the run.
    iterator.return?.(undefined)?.catch(() => {});
  }
}
