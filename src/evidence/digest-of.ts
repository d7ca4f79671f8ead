import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/**
 * Reads a file from its beginning to its end, in pieces of at most 64 KiB. Each piece overwrites the one before, so
 * that a large file leaves nothing for the garbage collector. Raises the system's error.
 */
export async function* piecesOf(path: string | Buffer): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafeSlow(1 << 16);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Size and SHA-256 (hex) of a file. Raises the system's error. */
export async function digestOf(
  path: string | Buffer,
  signal?: AbortSignal,
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of piecesOf(path)) {
    signal?.throwIfAborted();
    hash.update(piece);
    bytes += piece.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}
