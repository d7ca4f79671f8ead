import type { AssetRef, Problem } from '../core/types.js';

/** A place that could not be listed: it becomes a `failed` result of its own, and the rest goes on. */
export interface SourceProblem extends Problem {
  readonly ref: AssetRef;
  readonly stage: 'source';
}

export type Sourced = AssetRef | SourceProblem;

/** Yields asset refs, lazily and in a bounded amount of memory; ends when `signal` aborts. */
export interface Source {
  /** What the user named, for messages. */
  readonly label: string;
  list(signal?: AbortSignal): AsyncIterable<Sourced>;
}
