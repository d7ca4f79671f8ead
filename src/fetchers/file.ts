import { type BigIntStats, constants, promises as fs } from 'node:fs';
import { filePath, StageError } from '../core/index.js';
import { startDeadline, unlessAborted } from '../net/index.js';
import { versionOf } from './file-version.js';
import { fileVersions } from './file-versions.js';
import type { Fetcher, FetchLimits } from './types.js';

const codes: Record<string, string> = {
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
  ENXIO: 'not-a-file', // a socket
  ENODEV: 'not-a-file',
};

/** Makes a StageError of the stage `fetch`. */
export const fail = (code: string, message: string, cause?: unknown) =>
  new StageError('fetch', code, message, { cause });

/** Turns an error of the file system into a StageError('fetch', …); returns any other error unchanged. */
export function asStageError(error: unknown): unknown {
  if (error instanceof StageError || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  return fail(codes[code] ?? 'read-error', `cannot be read (${code})`, error);
}

/** Bytes of one read; the limits are checked between two reads. */
const step = 8 * 1024 * 1024;

/**
 * Fetches local files. Follows links, because whoever named the file meant it. Reads no pipe, socket or device:
 * `not-a-file`. Reads a file that changes meanwhile once more, then gives `read-error`.
 * @param now milliseconds since 1970: a file that changed a moment before gets no version.
 */
export function fileFetcher(limits: FetchLimits, now: () => number = Date.now): Fetcher {
  const versions = fileVersions(limits.timeoutSeconds);
  /**
   * Limits the time of a fetch. A file system can hang for ever (a dead NFS server), and a read cannot be cancelled.
   */
  async function inTime<T>(work: (signal: AbortSignal) => Promise<T>, outer?: AbortSignal): Promise<T> {
    outer?.throwIfAborted();
    const deadline = startDeadline(limits.timeoutSeconds * 1000, outer);
    try {
      return await unlessAborted(work(deadline.signal), deadline.signal);
    } catch (error) {
      if (deadline.expired()) throw fail('time-out', `took longer than ${limits.timeoutSeconds} s to read`);
      throw asStageError(error);
    } finally {
      deadline.clear();
    }
  }
  return {
    schemes: ['file'],
    fetch: (ref, signal) =>
      inTime(async (inner) => {
        return { ref, ...(await readFile(localPath(ref.uri), { limits, now, signal: inner })) };
      }, signal),
    refetch: (ref, version, signal) =>
      inTime(async (inner) => {
        const path = localPath(ref.uri);
        if (versionOf(await fs.stat(path, { bigint: true })) === version) return undefined;
        return { ref, ...(await readFile(path, { limits, now, signal: inner })) };
      }, signal),
    unchanged: versions.unchanged,
    async close() {
      versions.close();
    },
  };
}

/**
 * True where the file could change again without a change of its times: these move in steps of a clock tick (two
 * seconds on some file systems), or are in the future where a server's clock is ahead.
 */
function tooFresh({ mtimeNs, ctimeNs }: BigIntStats, nowMs: number): boolean {
  const newest = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  const step = mtimeNs % 1_000_000_000n === 0n && ctimeNs % 1_000_000_000n === 0n ? 2_000 : 50;
  return nowMs - Number(newest / 1_000_000n) < step;
}

/** The local path of a `file:` URI as raw bytes. */
export function localPath(uri: string): Buffer {
  if (!uri.startsWith('file:///')) throw fail('bad-url', 'a file URI must be absolute and name no host');
  const path = Buffer.from(filePath(uri));
  if (path.includes(0)) throw fail('bad-url', 'a file URI cannot hold a NUL byte');
  return path;
}

interface Reading {
  readonly limits: FetchLimits;
  /** Milliseconds since 1970; tells whether a file changed a moment ago. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

interface Read {
  readonly bytes: Uint8Array;
  readonly version?: string;
  readonly size?: number;
}

/** Reads the whole file, or the beginning of one that is too large for memory. */
async function readFile(path: Buffer, reading: Reading): Promise<Read> {
  const { limits } = reading;
  const { maxBytes, maxContainerBytes = maxBytes } = limits;
  const size = check(await fs.stat(path, { bigint: true }), maxContainerBytes); // before opening: opening a device may act on it
  const handle = await fs.open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    return await (size > maxBytes
      ? readHead(handle, maxContainerBytes, reading.now)
      : readWhole(handle, maxBytes, reading));
  } finally {
    await handle.close();
  }
}

async function readWhole(handle: fs.FileHandle, maxBytes: number, { now, signal }: Reading): Promise<Read> {
  for (let attempt = 1; ; attempt++) {
    const started = now();
    const before = await handle.stat({ bigint: true });
    check(before, maxBytes);
    const bytes = await drain(handle, Number(before.size), maxBytes, signal);
    const after = await handle.stat({ bigint: true });
    if (before.size === after.size && before.mtimeNs === after.mtimeNs)
      return tooFresh(after, started) ? { bytes } : { bytes, version: versionOf(after) };
    if (attempt === 2) throw fail('read-error', 'the file changed while it was read');
  }
}

/** Bytes of a large file that are read to recognise its kind: the marks of a disc image stand behind 32 kB. */
const headLength = 1 << 16;
/** Suffix of the version of a file that must be read again in any case. */
const freshly = ' fresh';

/** Reads the beginning of a large file. It always gets a version, because later reads must be of the same file. */
async function readHead(handle: fs.FileHandle, maxBytes: number, now: () => number): Promise<Read> {
  const started = now();
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafeSlow(headLength), 0, headLength, 0);
  const stats = await handle.stat({ bigint: true });
  const version = versionOf(stats) + (tooFresh(stats, started) ? freshly : '');
  return { bytes: buffer.subarray(0, bytesRead), size: check(stats, maxBytes), version };
}

/** True where the file still has the version that it had when its beginning was read. */
export const isStill = (stats: BigIntStats, version: string | undefined): boolean =>
  version === versionOf(stats) || version === versionOf(stats) + freshly;

/** Returns the size of a file in bytes. Raises StageError where it may not be read. */
function check(stats: BigIntStats, maxBytes: number): number {
  if (!stats.isFile())
    throw fail('not-a-file', stats.isDirectory() ? 'a directory' : 'a pipe, socket or device');
  if (stats.size > BigInt(maxBytes)) throw tooLarge(maxBytes);
  return Number(stats.size);
}

const tooLarge = (maxBytes: number) => fail('too-large', `larger than ${maxBytes} bytes`);

/** Reads to the end, whatever the size says: files of /proc have size 0, and others grow. */
async function drain(handle: fs.FileHandle, size: number, maxBytes: number, signal: AbortSignal) {
  let buffer = Buffer.allocUnsafeSlow(Math.min(size, maxBytes) + 1);
  let length = 0;
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, length, Math.min(step, buffer.length - length), length);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
    if (length > maxBytes) throw tooLarge(maxBytes);
    if (length === buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(length * 2, maxBytes) + 1);
      buffer.copy(larger);
      buffer = larger;
    }
  }
}
