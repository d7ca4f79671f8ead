import { availableParallelism } from 'node:os';

/** The default number of decoding processes: one for each processor core, at most one for each asset in flight. */
export const defaultWorkers = (jobs = Number.POSITIVE_INFINITY): number =>
  Math.min(availableParallelism(), jobs);
