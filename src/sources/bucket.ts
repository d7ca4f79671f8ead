import { printable, type S3Place, StageError, s3Uri } from '../core/index.js';
import { sourceAsset, sourceFailure, sourceSkip } from './sourced.js';
import type { Source } from './types.js';

/** One page of a bucket's listing. */
export interface BucketListing {
  readonly objects: readonly { readonly key: string; readonly size: number; readonly version?: string }[];
  /** The token that asks for the next page; absent on the last page. */
  readonly next?: string;
}

/** Which objects to list, and how to ask for them. */
export interface BucketOptions {
  /** The bucket, and the prefix of the keys to list. */
  readonly place: S3Place;
  /** Raises StageError('fetch', …). */
  list(place: S3Place, after: string | undefined, signal?: AbortSignal): Promise<BucketListing>;
}

/**
 * The objects of a bucket below a prefix, in the order of their keys, each with the version in the listing. Folder
 * markers (no bytes, a key that ends in a slash) are skips. A listing that breaks off is a problem.
 */
export function bucketSource({ place, list }: BucketOptions): Source {
  const uri = s3Uri(place);
  return {
    label: printable(uri),
    async *list(signal) {
      let after: string | undefined;
      do {
        if (signal?.aborted) return;
        let listing: BucketListing;
        try {
          listing = await list(place, after, signal);
        } catch (error) {
          if (signal?.aborted) return;
          if (!(error instanceof StageError)) throw error;
          return yield sourceFailure({ uri }, error.code, error.message);
        }
        for (const { key, size, version } of listing.objects) {
          if (signal?.aborted) return;
          const ref = {
            uri: s3Uri({ bucket: place.bucket, key }),
            ...(version === undefined ? {} : { version }),
          };
          if (size > 0 || !key.endsWith('/')) yield sourceAsset(ref);
          else {
            const message = 'the marker of a folder, which holds no bytes';
            yield sourceSkip(ref, { reason: 'directory', message });
          }
        }
        after = listing.next;
      } while (after !== undefined);
    },
  };
}
