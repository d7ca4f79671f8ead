import { namedUri, untilAborted } from '../core/index.js';
import { listingProblem } from './problems.js';
import { sourceAsset, sourceFailure } from './sourced.js';
import type { Source } from './types.js';

/** The stream to read, and how much of it. */
export interface StdinOptions {
  /** The stream, which is read once, to its end. */
  readonly stream: AsyncIterable<Uint8Array | string>;
  /** Name of the content, any text: it becomes the address `stdin:NAME`, percent-encoded. */
  readonly name?: string;
  /** The most bytes to read. */
  readonly maxBytes: number;
}

/**
 * One asset: everything on standard input, kept in memory and written nowhere. More than `maxBytes` is the problem
 * `too-large`.
 */
export function stdinSource({ stream, name = '', maxBytes }: StdinOptions): Source {
  const uri = namedUri('stdin', name);
  return {
    label: 'standard input',
    async *list(signal) {
      if (signal?.aborted) return;
      // V8 has no text that could hold more than this as base64.
      const most = Math.min(maxBytes, 380_000_000);
      const chunks: Buffer[] = [];
      let size = 0;
      try {
        for await (const chunk of untilAborted(stream, signal)) {
          const bytes = Buffer.from(chunk as Uint8Array);
          size += bytes.length;
          if (size > most) {
            return yield sourceFailure({ uri }, 'too-large', `larger than ${most} bytes`);
          }
          chunks.push(bytes);
        }
      } catch (error) {
        return yield listingProblem({ uri }, error);
      }
      if (!signal?.aborted) yield sourceAsset({ uri, inline: Buffer.concat(chunks).toString('base64') });
    },
  };
}
