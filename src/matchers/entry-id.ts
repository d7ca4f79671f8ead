import { createHash } from 'node:crypto';

/**
 * Makes an id for an entry that the service describes only by hashes. These are confidential and must not reach an
 * event. The id is 16 hexadecimal digits of a digest of `confidential`, so that it is the same at every answer.
 */
export const entryIdOf = (confidential: string): string =>
  createHash('sha256').update(`hashsieve entry ${confidential}`).digest('hex').slice(0, 16);
