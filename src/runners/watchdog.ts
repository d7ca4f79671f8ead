import { Worker } from 'node:worker_threads';
import type { WatchLimits } from './messages.js';

/** How often the watchdog looks, milliseconds. */
const tick = 250;

/**
 * Watches this process from a thread, which runs on when the event loop hangs. It ends the process when the loop stands
 * still, when memory exceeds the limit, or when the parent is gone. It counts ticks instead of time, so that it ends
 * nothing just because the machine slept.
 */
export function startWatchdog(limits: WatchLimits, parent: number): void {
  const ticks = new Int32Array(new SharedArrayBuffer(4));
  setInterval(() => Atomics.add(ticks, 0, 1), tick);
  new Worker(new URL('./watchdog-thread.js', import.meta.url), {
    workerData: { turns: ticks, limits, parent, tick },
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
  }).unref();
}
