import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** From 0 to 2³¹ - 1: what random tests of this run begin with. */
    seed: number;
  }
}

/** Chooses the seed of a run, or takes that of HASHSIEVE_SEED; names it at the end where a test failed. */
export function setup(project: TestProject): () => void {
  const asked = process.env.HASHSIEVE_SEED;
  const seed = asked === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(asked);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 31)
    throw new Error(`HASHSIEVE_SEED=${asked}: write a whole number from 0 to ${2 ** 31 - 1}`);
  // The program that is tested would take it for a setting of its own.
  delete process.env.HASHSIEVE_SEED;
  project.provide('seed', seed);
  return () => {
    if (project.vitest.state.getCountOfFailedTests() === 0) return;
    process.stderr.write(`Random tests used HASHSIEVE_SEED=${seed}; set it to have the same again.\n`);
  };
}
