import { namedUri, untilAborted } from '../core/index.js';
import { listingProblem } from './problems.js';
import type { Source } from './types.js';

export interface StdinOptions {
  /** Read once, to its end. */
  readonly stream: AsyncIterable<Uint8Array | string>;
  /** Name of what it holds, any text: it becomes the address `stdin:NAME`, percent-encoded. */
  readonly name?: string;
  /** Bytes that are read, at most. */
  readonly maxBytes: number;
}

/** One asset: all that standard input holds, kept in memory and written nowhere. More than `maxBytes` of it is the problem `too-large`. */
export function stdinSource({ stream, name = '', maxBytes }: StdinOptions): Source {
  const uri = namedUri('stdin', name);
  return {
    label: 'standard input',
    async *list(signal) {
      if (signal?.aborted) return;
      // Base64 of more would be no text that V8 can hold.
      const most = Math.min(maxBytes, 380_000_000);
      const chunks: Buffer[] = [];
      let size = 0;
      try {
        for await (const chunk of untilAborted(stream, signal)) {
          const bytes = Buffer.from(chunk as Uint8Array);
          size += bytes.length;
          if (size > most) {
            const message = `larger than ${most} bytes`;
            return yield { ref: { uri }, stage: 'source', code: 'too-large', message };
          }
          chunks.push(bytes);
        }
      } catch (error) {
        return yield listingProblem({ uri }, error);
      }
      if (!signal?.aborted) yield { uri, inline: Buffer.concat(chunks).toString('base64') };
    },
  };
}
