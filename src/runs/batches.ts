/**
 * The items of a source in batches of at most `most`: as many as have come while the last batch was worked on, or come
 * at once, so that a slow source holds up nothing. Reads at most `most` items ahead.
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
        // Others may be there already that a source can give one after the other only.
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
    // Not awaited: a source that is stuck in a read must not hold up the end of the run.
    iterator.return?.(undefined)?.catch(() => {});
  }
}
