import { Worker } from 'node:worker_threads';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';
import { type FromSevenZip, places, type SevenZipTask, windowLength } from './seven-zip-messages.js';

/** Bytes of memory that 7-Zip may have: enough for dictionaries of up to 512 MB. */
export const sevenZipMemory = 1e9;

/** A thread that used at most this many bytes of memory may wait for the next archive. It keeps them meanwhile. */
const littleMemory = 128e6;

/** Milliseconds between two checks of the budget while 7-Zip says nothing. */
const patience = 500;

/** Threads that wait for the next archive. Starting a thread takes longer than reading a small archive. */
const idle: Worker[] = [];
const mostIdle = 2;

function startThread(): Worker {
  const thread = new Worker(new URL('./seven-zip-thread.js', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: 256, stackSizeMb: 4 },
  });
  // `runSevenZip` handles the errors of a thread that works. A thread that waits must not keep the program running;
  // while one works, a timer does.
  thread.on('error', () => {}).unref();
  return thread;
}

/** What comes from a run of 7-Zip: text, bytes, and last its end. */
export type Told = Exclude<FromSevenZip, { readonly read: number }>;

/**
 * Runs 7-Zip with these arguments, in which `/archive` is the file, and yields what comes from it; `end` is the last.
 * 7-Zip waits while the caller does not take its output. When the caller stops early, the function ends the thread.
 * Raises StageError('decode', 'archive-limit') when the time of the budget is over, and what `store.read` raises.
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
