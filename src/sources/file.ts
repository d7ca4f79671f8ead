import { displayUri, fileUri } from '../core/index.js';
import { absolutePath } from './paths.js';
import { sourceAsset } from './sourced.js';
import type { Source } from './types.js';

/**
 * One named file; a relative path starts from the working directory, and a link is followed. Only fetching it shows
 * whether it can be read.
 */
export function fileSource(options: { readonly path: string | Uint8Array }): Source {
  const uri = fileUri(absolutePath(options.path));
  return {
    label: displayUri(uri),
    async *list(signal) {
      if (!signal?.aborted) yield sourceAsset({ uri });
    },
  };
}
