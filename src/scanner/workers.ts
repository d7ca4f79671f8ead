import { availableParallelism } from 'node:os';

/** Decoding processes where nothing else is asked for: one for each processor core, no more than assets in flight. */
export const defaultWorkers = (jobs = Number.POSITIVE_INFINITY): number =>
  Math.min(availableParallelism(), jobs);
