/** How many may be under way, and how far results may run ahead of the slowest. */
export interface RunOptions {
  /** Tasks under way at once, at least 1. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
}

/** Results that may wait for a slower one before them: this, and not the length of the source, bounds memory. */
const window = 1024;

/**
 * Maps an async source with bounded concurrency, in the source's order, in bounded memory (house rule R6).
 * After an abort it yields what is finished and ends; what is under way is given up.
 * Rejects when `task` or the source rejects for another reason: a defect.
 */
export async function* mapOrdered<T, R>(
  source: AsyncIterable<T>,
  task: (item: T) => Promise<R>,
  { concurrency, signal }: RunOptions,
): AsyncGenerator<R> {
  const iterator = source[Symbol.asyncIterator]();
  const queue: Slot<R>[] = [];
  let active = 0;
  let exhausted = false;
  let ended = false;
  let wake = () => {};
  const aborted = () => signal?.aborted === true;
  const onAbort = () => wake();
  signal?.addEventListener('abort', onAbort, { once: true });

  const start = (item: T) => {
    const slot: Slot<R> = { state: 'running' };
    queue.push(slot);
    active += 1;
    task(item)
      .then(
        (value) => Object.assign(slot, { state: 'done', value }),
        (error: unknown) => Object.assign(slot, { state: 'failed', error }),
      )
      .finally(() => {
        active -= 1;
        advance();
      });
  };

  // Work goes on while the reader of the results is busy: what is done starts what comes next.
  const advance = () => {
    pull();
    wake();
  };
  let pulling: Promise<void> | undefined;
  const pull = () => {
    if (pulling || ended || exhausted || aborted() || active >= concurrency || queue.length >= window) return;
    pulling = iterator
      .next()
      .then(
        (next) => {
          if (next.done) exhausted = true;
          else if (!aborted()) start(next.value);
        },
        (error: unknown) => {
          exhausted = true;
          queue.push({ state: 'failed', error });
        },
      )
      .finally(() => {
        pulling = undefined;
        advance();
      });
  };

  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      while (queue[0] && queue[0].state !== 'running') {
        const slot = queue.shift()!;
        if (slot.state === 'done') yield slot.value as R;
        else if (!aborted()) throw slot.error;
      }
      pull();
      if (aborted()) {
        for (const slot of queue) if (slot.state === 'done') yield slot.value as R;
        return;
      }
      if (exhausted && queue.length === 0) return;
      if (!(queue[0] && queue[0].state !== 'running')) await woken;
    }
  } finally {
    ended = true;
    signal?.removeEventListener('abort', onAbort);
    // Not awaited: a source that is stuck in a read must not hold up the end of the run.
    iterator.return?.(undefined)?.catch(() => {});
  }
}

interface Slot<R> {
  state: 'running' | 'done' | 'failed';
  value?: R;
  error?: unknown;
}
