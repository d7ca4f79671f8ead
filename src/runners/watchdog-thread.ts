import { workerData } from 'node:worker_threads';
import { stuckSignal, type WatchLimits } from './messages.js';

const {
  turns: ticks,
  limits,
  parent,
  tick,
} = workerData as {
  readonly turns: Int32Array;
  readonly limits: WatchLimits;
  readonly parent: number;
  readonly tick: number;
};

let last = -1;
let silent = 0;
setInterval(() => {
  const now = Atomics.load(ticks, 0);
  silent = now === last ? silent + 1 : 0;
  last = now;
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  if (silent * tick > limits.silentSeconds * 1000) process.kill(process.pid, stuckSignal);
  if (process.memoryUsage.rss() > limits.memory) process.kill(process.pid, 'SIGKILL');
}, tick);
