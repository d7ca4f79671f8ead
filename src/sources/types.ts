import type { AssetRef, Problem } from '../core/types.js';

/** An asset that the source found. */
export interface SourceAsset {
  readonly kind: 'asset';
  readonly ref: AssetRef;
}

/** A place that could not be listed. It becomes a `failed` result of its own, and the listing goes on. */
export interface SourceFailure extends Problem {
  readonly kind: 'failed';
  readonly ref: AssetRef;
  readonly stage: 'source';
}

/** A place that the source passed over on purpose. It becomes a `skipped` result of its own. */
export interface SourceSkip {
  readonly kind: 'skipped';
  readonly ref: AssetRef;
  /** Stable, kebab-case: `symlink`, `directory`. */
  readonly reason: string;
  readonly message: string;
}

/**
 * What a source yields, told apart by `kind`. The kinds of what was not read are those of `Unread`, so that
 * `unseenResult(item.ref, item)` makes its result.
 */
export type Sourced = SourceAsset | SourceFailure | SourceSkip;

/** Yields what it finds, lazily and in a bounded amount of memory; ends, without an error, when `signal` aborts. */
export interface Source {
  /** What the user named, for messages. The caller must neutralise it before it reaches a terminal. */
  readonly label: string;
  list(signal?: AbortSignal): AsyncIterable<Sourced>;
}
