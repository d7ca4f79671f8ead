import { createHash } from 'node:crypto';

/**
 * An id for an entry of which the service tells only hashes, which are confidential and must not reach an event: 16
 * digits of a digest of it, the same at every answer.
 */
export const entryIdOf = (confidential: string): string =>
  createHash('sha256').update(`hashsieve entry ${confidential}`).digest('hex').slice(0, 16);
