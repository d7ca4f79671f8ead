import { Worker } from 'node:worker_threads';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';
import { type FromSevenZip, places, type SevenZipTask, windowLength } from './seven-zip-messages.js';

/** Bytes of memory that 7-Zip may have: dictionaries of up to 512 MB. */
export const sevenZipMemory = 1e9;

/** Bytes of memory with which a thread may wait for the next archive: it keeps them for a while. */
const littleMemory = 128e6;

/** How often the budget of time is looked at while 7-Zip says nothing, milliseconds. */
const patience = 500;

/** Threads that wait for the next archive: to start one takes longer than to read a small archive. */
const idle: Worker[] = [];
const mostIdle = 2;

function startThread(): Worker {
  const thread = new Worker(new URL('./seven-zip-thread.js', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 256, stackSizeMb: 4 },
  });
  // What goes wrong is told to whoever waits for it; one that nobody waits for must not keep the program:
  // what waits for one has a timer.
  thread.on('error', () => {}).unref();
  return thread;
}

/** What 7-Zip says and gives, in the order in which it does. */
export type Told = Exclude<FromSevenZip, { readonly read: number }>;

/**
 * Runs 7-Zip with these arguments, in which `/archive` is the file; the last answer is `end`. It stands still while its answers
 * are not taken, and is ended where nobody wants more of them. Raises StageError('decode', 'archive-limit') where the time
 * of the budget is over, and what reading the store does.
 */
export async function* runSevenZip(
  args: readonly string[],
  store: ByteStore,
  budget: Budget,
): AsyncGenerator<Told> {
  const shared = new Int32Array(new SharedArrayBuffer(4 * Object.keys(places).length));
  const window = new Uint8Array(new SharedArrayBuffer(windowLength));
  const task: SevenZipTask = { args, size: store.size, memory: sevenZipMemory, shared, window };
  const answers: Told[] = [];
  let failure: { readonly error: unknown } | undefined;
  let wake = () => {};
  let isOver = false;
  let isLight = false;
  const fail = (error: unknown) => {
    failure ??= { error };
    wake();
  };
  const onExit = () => fail(new Error('7-Zip ended early'));
  const onMessage = (message: FromSevenZip) => {
    if ('read' in message) answer(message.read).catch(fail);
    else {
      answers.push(message);
      wake();
    }
  };
  async function answer(position: number) {
    const bytes = await store.read(position, Math.min(windowLength, store.size - position));
    window.set(bytes);
    Atomics.store(shared, places.length, bytes.length);
    Atomics.add(shared, places.answered, 1);
    Atomics.notify(shared, places.answered);
  }
  const thread = idle.pop() ?? startThread();
  thread.on('error', fail).on('exit', onExit).on('message', onMessage);
  thread.postMessage(task);
  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      for (let told = answers.shift(); told; told = answers.shift()) {
        isOver = 'end' in told;
        isLight = 'end' in told && told.asked <= littleMemory;
        yield told;
        if (isOver) return;
        if (!('data' in told)) continue;
        Atomics.add(shared, places.taken, told.data.length);
        Atomics.notify(shared, places.taken);
      }
      if (failure) throw failure.error;
      const timer = setTimeout(() => wake(), patience);
      await woken;
      clearTimeout(timer);
      budget.checkTime();
    }
  } finally {
    thread.off('error', fail).off('exit', onExit).off('message', onMessage);
    if (isLight && idle.length < mostIdle) idle.push(thread);
    else await thread.terminate();
  }
}
