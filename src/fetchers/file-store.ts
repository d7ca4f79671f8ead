import { constants, promises as fs } from 'node:fs';
import type { Asset, ByteStore } from '../core/types.js';
import { asStageError, fail, isStill, localPath } from './file.js';

/** The least number of bytes that are read at a time: members of an archive are next to each other. */
const readAhead = 1 << 18;

/**
 * Opens a local file in parts, of which `fetch` returned the beginning. Raises StageError('fetch', …) as `fetch` does,
 * and `read-error` where the file was changed since, before or after a read.
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

/** Limits the time of a read. A file system can hang for ever, and a read cannot be cancelled. */
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
