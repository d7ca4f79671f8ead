import type { CacheCounts } from './types.js';

/** The counts of a run that has not seen an asset yet. */
export const noCounts = (): CacheCounts => ({
  reused: 0,
  verified: 0,
  differed: 0,
  resumed: 0,
  leftOut: 0,
  quarantined: 0,
});
