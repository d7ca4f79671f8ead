import type { Stage } from './types.js';

/** An expected failure of one asset: it becomes a `failed` result and the run goes on. */
export class StageError extends Error {
  override readonly name = 'StageError';
  constructor(
    readonly stage: Stage,
    /** Stable, kebab-case; part of the public contract. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The asset is not for this tool: it becomes a `skipped` result with this reason. */
export class Skip extends Error {
  override readonly name = 'Skip';
  constructor(
    /** Stable, kebab-case; part of the public contract. */
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** Wrong usage or configuration: nothing is scanned, exit code 2. The message names the thing and the way out. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
