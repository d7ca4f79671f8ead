/** How many may be under way, and how far results may run ahead of the slowest. */
export interface RunOptions {
  /** Tasks under way at once, at least 1. */
  readonly concurrency: number;
  readonly signal?: AbortSignal | undefined;
}

/** Items that may wait for a slower one before them: this, and not the length of the source, bounds memory. */
const window = 1024;
/** Results of one item that may wait for a slower item: then the item itself waits. */
const ahead = 64;

/**
 * Maps an async source with bounded concurrency, in the source's order, in bounded memory (house rule R6); each item
 * gives any number of results, in their order. After an abort it yields what is there and ends; what is under way is
 * given up. Rejects when `task` or the source rejects for another reason: a defect.
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
          queue.push({ ...newSlot<R>(), state: 'failed', error });
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

/** Gives up what is under way. Not awaited: what is stuck in a read must not hold up the end of the run. */
function leaveAll<R>(queue: readonly Slot<R>[]): void {
  for (const { iterator, leave } of queue) {
    leave();
    iterator?.return?.(undefined)?.catch(() => {});
  }
}

/** An item under way, and its results that nobody took yet. */
interface Slot<R> {
  state: 'running' | 'done' | 'failed';
  error?: unknown;
  readonly results: R[];
  readonly iterator: AsyncIterator<R> | undefined;
  /** Called when there is room for further results. */
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

/** The results that are there. */
function* taken<R>(slot: Slot<R>): Generator<R> {
  for (let result = slot.results.shift(); result !== undefined; result = slot.results.shift()) {
    slot.onRoom();
    yield result;
  }
}

/** Puts the results of an item into its slot, as fast as they are taken. Never rejects. */
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
