import { UsageError } from './errors.js';

/** Code of an asset for which the system gave no memory. */
export const outOfMemoryCode = 'out-of-memory';

/** True where the system refused memory: V8 and Node have several wordings for it, and one kind of error. */
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

/** What to say of it, in one line, without the wording of the error, which may say less. */
export const outOfMemoryMessage = `the system gave no memory; where there is enough, a limit of the address space (ulimit -v) is in force. ${wayOut}`;

/** Memories that a process needs at once: one for the pixels, one for the hashes, or two for the pixels of a large picture. */
const memoriesAtOnce = 2;

/** Raises UsageError where this process may not have the WebAssembly memories that fingerprinting and matching take. */
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
