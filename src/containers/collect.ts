import { type Inside, monotonic, Skip, StageError } from '../core/index.js';
import type { Unread } from '../core/types.js';
import type { Budget } from './budget.js';

/** What came of reading one member: its bytes, the reason why they are missing or damaged (`unread`), or both. */
export type Collected = Pick<Inside, 'bytes' | 'unread'>;

/**
 * Reads the bytes of one member, on the budget of its container. A member that is too large or too slow comes without
 * bytes. With `drain`, the function still reads its stream to the end, because the next member comes behind it. If a
 * damaged stream breaks off, the bytes before that come with `unread`. Raises StageError('decode', 'archive-limit').
 * @param name what messages call the member.
 */
export async function collect(
  stream: AsyncIterable<Uint8Array>,
  budget: Budget,
  { drain = false, name = 'the member' } = {},
): Promise<Collected> {
  const { maxBytes, timeoutSeconds } = budget.limits;
  const started = monotonic();
  let chunks: Uint8Array[] = [];
  let length = 0;
  let trouble: Unread | undefined;
  try {
    for await (const chunk of stream) {
      budget.spend(chunk.length);
      if (trouble) continue;
      length += chunk.length;
      chunks.push(chunk);
      if (length > maxBytes) trouble = failed('fetch', 'too-large', `larger than ${maxBytes} bytes`);
      else if (monotonic() - started > timeoutSeconds * 1000)
        trouble = failed('fetch', 'time-out', `took longer than ${timeoutSeconds} s to read`);
      if (!trouble) continue;
      chunks = [];
      if (!drain) break;
    }
  } catch (error) {
    if (error instanceof StageError) throw error;
    const unread = damaged(`${name} cannot be unpacked whole`, error);
    return length > 0 && !trouble ? { bytes: Buffer.concat(chunks, length), unread } : { unread };
  }
  if (trouble) return { unread: trouble };
  return { bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length) };
}

const failed = (stage: 'fetch' | 'decode', code: string, message: string): Unread => ({
  kind: 'failed',
  stage,
  code,
  message,
});

/** Makes the reason `archive-damaged` for a container or a member, with the message of `error` if there is one. */
export const damaged = (message: string, error?: unknown): Unread & { kind: 'failed' } => ({
  kind: 'failed',
  stage: 'decode',
  code: 'archive-damaged',
  message: error instanceof Error ? `${message}: ${error.message}` : message,
});

/**
 * Turns an error of a library into StageError('decode', 'archive-damaged') for a whole container. A StageError, a Skip
 * and what is no Error stay as they are.
 */
export const archiveDamaged = (error: unknown): unknown => {
  if (error instanceof StageError || error instanceof Skip || !(error instanceof Error)) return error;
  const { stage, code, message } = damaged('the archive is damaged or cut', error);
  return new StageError(stage, code, message, { cause: error });
};
