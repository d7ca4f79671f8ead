import { type FileHandle, open, stat } from 'node:fs/promises';
import { UsageError } from '../core/index.js';

/** Bytes of a configuration, which no honest one comes near. */
export const longestConfig = 10_000_000;

/**
 * The whole text of an open regular file, read to `longest` bytes whatever its size says: a device has no end, and a file can grow while
 * it is read. Raises UsageError for what is no regular file, and for one that is longer.
 */
export async function boundedText(file: FileHandle, longest: number): Promise<string> {
  if (!(await file.stat()).isFile()) throw notRegular();
  const chunks: Buffer[] = [];
  for (let length = 0; ; ) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(65_536), 0, 65_536, null);
    if (bytesRead === 0) return Buffer.concat(chunks).toString('utf8');
    length += bytesRead;
    if (length > longest) throw new UsageError(`larger than ${longest} bytes`);
    chunks.push(buffer.subarray(0, bytesRead));
  }
}

/** The same of a file by its path, which is not opened where it is no regular file: opening a pipe waits, and a device may act on it. */
export async function readBoundedText(path: string, longest: number): Promise<string> {
  if (!(await stat(path)).isFile()) throw notRegular();
  const file = await open(path, 'r');
  try {
    return await boundedText(file, longest);
  } finally {
    await file.close();
  }
}

const notRegular = () => new UsageError('expected a regular file');
