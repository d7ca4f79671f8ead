import { open, stat } from 'node:fs/promises';

/** As PNG's signature does, this shows a file that was converted as text, or cut off at a control character. */
export const magic = Uint8Array.of(0x89, 0x48, 0x53, 0x58, 0x0d, 0x0a, 0x1a, 0x0a);

/** True where a file's first bytes are those of a compiled list. */
export const isCompiled = (start: Uint8Array): boolean =>
  start.length >= magic.length && magic.every((byte, at) => start[at] === byte);

/**
 * True where the file starts like a compiled list. False for any other file, for one that cannot be read, and for a
 * pipe, whose opening would wait.
 */
export async function isCompiledFile(path: string): Promise<boolean> {
  const isFile = await stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
  const file = isFile ? await open(path, 'r').catch(() => undefined) : undefined;
  if (!file) return false;
  try {
    const start = new Uint8Array(magic.length);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    return isCompiled(start.subarray(0, bytesRead));
  } catch {
    return false;
  } finally {
    await file.close();
  }
}
