import type { AssetRef, Problem } from '../core/types.js';

/** A place that could not be listed. It becomes a `failed` result of its own, and the listing goes on. */
export interface SourceProblem extends Problem {
  readonly ref: AssetRef;
  readonly stage: 'source';
}

/** A place that the source passed over on purpose. It becomes a `skipped` result of its own. */
export interface SourceSkip {
  readonly ref: AssetRef;
  /** Stable, kebab-case: `symlink`, `directory`. */
  readonly reason: string;
  readonly message: string;
}

/** The three differ in their keys: a problem has a `stage`, a skip has a `reason`, a ref has neither. */
export type Sourced = AssetRef | SourceProblem | SourceSkip;

/** Yields asset refs, lazily and in a bounded amount of memory; ends, without an error, when `signal` aborts. */
export interface Source {
  /** What the user named, for messages. The caller must neutralise it before it reaches a terminal. */
  readonly label: string;
  list(signal?: AbortSignal): AsyncIterable<Sourced>;
}
