import fc from 'fast-check';
import { inject } from 'vitest';

/** What random tests begin with: other numbers in every run, unless HASHSIEVE_SEED says which. */
export const seed = inject('seed');

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });

/** Numbers from 0 to 1, the same for the same beginning. */
export function random(from: number): () => number {
  let state = from;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}
