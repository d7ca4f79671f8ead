import type { AssetRef, Problem } from '../core/types.js';

/** A place that could not be listed: it becomes a `failed` result of its own, and the rest goes on. */
export interface SourceProblem extends Problem {
  readonly ref: AssetRef;
  readonly stage: 'source';
}

/** A place that was passed over on purpose: it becomes a `skipped` result of its own. */
export interface SourceSkip {
  readonly ref: AssetRef;
  /** Stable, kebab-case: `symlink`, `directory`. */
  readonly reason: string;
  readonly message: string;
}

/** Told apart by their keys: a problem has a `stage`, a skip has a `reason`, a ref has neither. */
export type Sourced = AssetRef | SourceProblem | SourceSkip;

/** Yields asset refs, lazily and in a bounded amount of memory; ends, without an error, when `signal` aborts. */
export interface Source {
  /** What the user named, for messages; not yet neutralised for a terminal. */
  readonly label: string;
  list(signal?: AbortSignal): AsyncIterable<Sourced>;
}
