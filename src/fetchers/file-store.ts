import { constants, promises as fs } from 'node:fs';
import type { Asset, ByteStore } from '../core/types.js';
import { asStageError, fail, isStill, localPath } from './file.js';

/** Bytes read at once, at least: members of archives lie beside one another. */
const readAhead = 1 << 18;

/**
 * A local file that `fetch` gave the beginning of, to be read in parts. Raises StageError('fetch', …) as `fetch` does,
 * `read-error` where it is no longer the file that was fetched, before or after it was read.
 */
export async function openFileStore({ ref, size, version }: Asset, seconds: number): Promise<ByteStore> {
  const changed = () => fail('read-error', 'the file changed while it was read');
  const handle = await inTime(
    fs.open(localPath(ref.uri), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY),
    seconds,
  );
  const check = async () => {
    if (!isStill(await handle.stat({ bigint: true }), version)) throw changed();
  };
  let at = 0;
  let held: Uint8Array = new Uint8Array();
  const store: ByteStore = {
    size: size!,
    descriptor: handle.fd,
    async read(position, length) {
      const until = Math.min(position + length, size!);
      if (position < at || until > at + held.length) {
        const wanted = Math.max(until - position, Math.min(readAhead, size! - position));
        const into = Buffer.allocUnsafeSlow(Math.max(0, wanted));
        let filled = 0;
        while (filled < into.length) {
          const { bytesRead } = await inTime(
            handle.read(into, filled, into.length - filled, position + filled),
            seconds,
          );
          if (bytesRead === 0) throw changed();
          filled += bytesRead;
        }
        at = position;
        held = into;
      }
      return held.subarray(position - at, Math.max(position, until) - at);
    },
    async close() {
      try {
        await check();
      } finally {
        await handle.close();
      }
    },
  };
  await check().catch(async (error: unknown) => {
    await handle.close();
    throw error;
  });
  return store;
}

/** A file system can hang for ever, and no read can be called back. */
async function inTime<T>(work: Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, seconds * 1000, fail('time-out', `took longer than ${seconds} s to read`));
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    throw asStageError(error);
  } finally {
    clearTimeout(timer);
  }
}
