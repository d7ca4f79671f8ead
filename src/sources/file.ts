import { displayUri, fileUri } from '../core/index.js';
import { absolutePath } from './paths.js';
import type { Source } from './types.js';

/** One named file, relative paths from where the process works; a link is followed. Whether it can be read is found out when it is fetched. */
export function fileSource(options: { readonly path: string | Uint8Array }): Source {
  const uri = fileUri(absolutePath(options.path));
  return {
    label: displayUri(uri),
    async *list(signal) {
      if (!signal?.aborted) yield { uri };
    },
  };
}
