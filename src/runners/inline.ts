/** How many tasks run at once, and how far results may be ahead of the slowest. */
export interface RunOptions {
  /** How many tasks run at once, at least 1. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
}

/** How many items may wait for a slower one before them. This bounds memory, whatever the length of the source. */
const window = 1024;
/** How many results of one item may wait for a slower item. Then the item itself waits. */
const ahead = 64;

/**
 * Maps an async source with bounded concurrency, in the source's order and in bounded memory; each item gives any
 * number of results, in their order. After an abort it yields the results that are ready, gives up the tasks that are
 * running, and ends. Rejects when `task` or the source rejects for another reason: that is a defect.
 */
export async function* mapOrdered<T, R>(
  source: AsyncIterable<T>,
  task: (item: T) => AsyncIterable<R>,
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
    const slot = newSlot(task(item)[Symbol.asyncIterator]());
    queue.push(slot);
    active += 1;
    drain(slot, () => wake()).finally(() => {
      active -= 1;
      advance();
    });
  };

  // Work goes on while the caller handles results: a finished item starts the next.
  const advance = () => {
    pull();
    wake();
  };
  let pulling: Promise<void> | undefined;
  const pull = () => {
    if (pulling || ended || exhausted || aborted() || active >= concurrency || queue.length >= window) return;
    pulling = iterator
      .next()
      .then((next) => {
        if (next.done) exhausted = true;
        else if (!aborted()) start(next.value);
      })
      // The source broke, or a task that did not even begin. What was begun before is told first.
      .catch((error: unknown) => {
        exhausted = true;
        queue.push({ ...newSlot<R>(), state: 'failed', error });
      })
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
      for (let head = queue[0]; head; head = queue[0]) {
        yield* taken(head);
        if (head.results.length > 0) continue;
        if (head.state === 'running') break;
        if (head.state === 'failed' && !aborted()) throw head.error;
        queue.shift();
      }
      pull();
      if (aborted()) {
        for (const slot of queue) yield* taken(slot);
        return;
      }
      if (exhausted && queue.length === 0) return;
      if (!isReady(queue[0])) await woken;
    }
  } finally {
    ended = true;
    signal?.removeEventListener('abort', onAbort);
    leaveAll(queue);
    iterator.return?.(undefined)?.catch(() => {});
  }
}

/** Gives up the running tasks. Not awaited: a task that hangs in a read must not delay the end of the run. */
function leaveAll<R>(queue: readonly Slot<R>[]): void {
  for (const { iterator, leave } of queue) {
    leave();
    iterator?.return?.(undefined)?.catch(() => {});
  }
}

/** An item in progress, and its results that the caller has not taken yet. */
interface Slot<R> {
  state: 'running' | 'done' | 'failed';
  error?: unknown;
  readonly results: R[];
  readonly iterator: AsyncIterator<R> | undefined;
  /** Called when there is room for more results. */
  onRoom: () => void;
  isLeft: boolean;
  leave(): void;
}

function newSlot<R>(iterator?: AsyncIterator<R>): Slot<R> {
  const slot: Slot<R> = {
    state: 'running',
    results: [],
    iterator,
    onRoom: () => {},
    isLeft: false,
    leave() {
      slot.isLeft = true;
      slot.onRoom();
    },
  };
  return slot;
}

const isReady = <R>(slot: Slot<R> | undefined): boolean =>
  slot !== undefined && (slot.results.length > 0 || slot.state !== 'running');

/** Takes the results that are there. */
function* taken<R>(slot: Slot<R>): Generator<R> {
  for (let result = slot.results.shift(); result !== undefined; result = slot.results.shift()) {
    slot.onRoom();
    yield result;
  }
}

/** Puts the results of an item into its slot as fast as the caller takes them. Never rejects. */
async function drain<R>(slot: Slot<R>, onResult: () => void): Promise<void> {
  try {
    for (;;) {
      const next = await slot.iterator!.next();
      if (next.done || slot.isLeft) break;
      slot.results.push(next.value);
      onResult();
      if (slot.results.length >= ahead && !slot.isLeft)
        await new Promise<void>((resolve) => {
          slot.onRoom = resolve;
        });
    }
    slot.state = 'done';
  } catch (error) {
    slot.error = error;
    slot.state = 'failed';
  }
}
