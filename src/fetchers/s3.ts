import { type S3Place, StageError, s3Place } from '../core/index.js';
import { openS3, type S3Options } from '../net/index.js';
import type { Fetcher, FetchLimits } from './types.js';

/** How buckets are asked. */
export interface S3FetcherOptions extends FetchLimits, S3Options {}

/**
 * Fetches objects of buckets (net/s3-client.ts). Does not ask for an object whose listing shows the version that is
 * known.
 */
export function s3Fetcher(options: S3FetcherOptions): Fetcher {
  const s3 = openS3(options);
  const placeOf = (uri: string): S3Place => {
    const place = s3Place(uri);
    if (!place?.key) throw new StageError('fetch', 'bad-url', 'it names no object of a bucket');
    return place;
  };
  return {
    schemes: ['s3'],
    async fetch(ref, signal) {
      signal?.throwIfAborted();
      return { ref, ...(await s3.get(placeOf(ref.uri), options.maxBytes, signal)) };
    },
    async refetch(ref, version, signal) {
      signal?.throwIfAborted();
      if (ref.version === version) return undefined;
      return { ref, ...(await s3.get(placeOf(ref.uri), options.maxBytes, signal)) };
    },
    async close() {
      s3.close();
    },
  };
}
