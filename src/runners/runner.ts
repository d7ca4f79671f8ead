import { availableParallelism } from 'node:os';
import { type FingerprintLine, type FingerprintPorts, fingerprintLine } from '../core/index.js';
import { mapOrdered } from './inline.js';
import type { Pool, PoolOptions } from './pool.js';
import { readAhead } from './read-ahead.js';

/** How many assets and processes there are, and what the processes run. */
export interface RunnerOptions extends PoolOptions {
  /** Assets in flight. Default: processor cores + 2. */
  readonly jobs?: number | undefined;
}

/** Decides where assets are fingerprinted, and how many at once. It holds processes: close it. */
export interface Runner {
  /** Fingerprints one asset and what is inside it, in a decoding process where there are any. */
  readonly fingerprint: FingerprintLine;
  /**
   * As `mapOrdered`. `task` receives the function that fingerprints its asset. For a source with a single item that
   * function works in this process, because starting another takes longer than most pictures.
   */
  map<T, R>(
    source: AsyncIterable<T>,
    task: (item: T, fingerprint: FingerprintLine) => AsyncIterable<R>,
    signal?: AbortSignal,
  ): AsyncGenerator<R>;
  /** Settles once the processes have ended. */
  close(): Promise<void>;
}

/** Makes a runner. With `workers` 0 everything happens in this process. */
export function createRunner(ports: FingerprintPorts, options: RunnerOptions): Runner {
  const inline: FingerprintLine = (target, signal, known) => fingerprintLine(target, ports, signal, known);
  let pool: Pool | undefined;
  let isClosed = false;
  /** Works in a decoding process. The code that starts these is loaded with the first asset that needs one. */
  async function* elsewhere(...args: Parameters<FingerprintLine>) {
    const { Pool } = await import('./pool.js');
    if (isClosed) throw new Error('the scanner is closed');
    pool ??= new Pool(ports, options);
    yield* pool.fingerprint(...args);
  }
  const fingerprint: FingerprintLine =
    options.workers > 0
      ? (...args) => (pool && !isClosed ? pool.fingerprint(...args) : elsewhere(...args))
      : inline;
  const concurrency = options.jobs ?? availableParallelism() + 2;
  return {
    fingerprint,
    map(source, task, signal) {
      if (fingerprint === inline)
        return mapOrdered(source, (item) => task(item, inline), { concurrency, signal });
      const { all, isOne } = readAhead(source);
      async function* there<T, R>(
        item: T,
        work: (item: T, fingerprint: FingerprintLine) => AsyncIterable<R>,
      ) {
        yield* work(item, (await isOne) ? inline : fingerprint);
      }
      return mapOrdered(all, (item) => there(item, task), { concurrency, signal });
    },
    async close() {
      isClosed = true;
      await pool?.close();
    },
  };
}
