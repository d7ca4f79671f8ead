import { type FileHandle, open, stat } from 'node:fs/promises';
import { UsageError } from '../core/index.js';

/** The most bytes of a configuration; no honest one is nearly as long. */
export const longestConfig = 10_000_000;

/**
 * Reads the text of an open regular file, at most `longest` bytes whatever its size says: a device has no end, and a
 * file can grow while it is read. Raises UsageError for anything but a regular file, and for a longer one.
 */
export async function boundedText(file: FileHandle, longest: number): Promise<string> {
  if (!(await file.stat()).isFile()) throw notRegular();
  return readToLimit(file, longest);
}

/** Reads an open file or pipe to its end. Raises UsageError where it has more than `longest` bytes. */
export async function readToLimit(file: FileHandle, longest: number): Promise<string> {
  const chunks: Buffer[] = [];
  for (let length = 0; ; ) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(65_536), 0, 65_536, null);
    if (bytesRead === 0) return Buffer.concat(chunks).toString('utf8');
    length += bytesRead;
    if (length > longest) throw new UsageError(`larger than ${longest} bytes`);
    chunks.push(buffer.subarray(0, bytesRead));
  }
}

/**
 * The same for a path. Does not open anything but a regular file, because opening a pipe waits and opening a device can
 * have effects.
 */
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
