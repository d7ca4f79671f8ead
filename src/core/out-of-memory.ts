import { UsageError } from './errors.js';

/** Code of an asset for which the system refused memory. */
export const outOfMemoryCode = 'out-of-memory';

/** True where the system refused memory; V8 and Node report that in several wordings and one kind of error. */
export const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error &&
  ((error as NodeJS.ErrnoException).code === 'ENOMEM' ||
    (error as NodeJS.ErrnoException).code === 'ERR_MEMORY_ALLOCATION_FAILED' ||
    (error instanceof RangeError &&
      /could not allocate|out of memory|allocation failed/i.test(error.message)));

const wayOut =
  'V8 reserves about 10 GB of addresses for each WebAssembly memory: lift the limit (ulimit -v unlimited) and ' +
  'limit what is really used instead (MemoryMax= of systemd, --memory of a container), ' +
  'or set NODE_OPTIONS=--disable-wasm-trap-handler';

/** The message for it, in one line. The error's own message may say less and is left out. */
export const outOfMemoryMessage = `the system gave no memory; where there is enough, a limit of the address space (ulimit -v) is in force. ${wayOut}`;

/**
 * Memories that a process needs at the same time: one for pixels and one for hashes, or two for the pixels of a large
 * picture.
 */
const memoriesAtOnce = 2;

/** Raises UsageError where this process is refused the WebAssembly memories that fingerprinting and matching need. */
export function requireWebAssembly(): void {
  try {
    Array.from({ length: memoriesAtOnce }, () => new WebAssembly.Memory({ initial: 1 }));
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    throw new UsageError(
      `WebAssembly gets no memory: a limit of the address space is in force (ulimit -v). ${wayOut}`,
    );
  }
}
