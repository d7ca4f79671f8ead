import { open, stat } from 'node:fs/promises';

/** Like PNG's: shows a file that was changed as text, or cut short at a control character. */
export const magic = Uint8Array.of(0x89, 0x48, 0x53, 0x58, 0x0d, 0x0a, 0x1a, 0x0a);

/** True when a file's first bytes say that it is a compiled list. */
export const isCompiled = (start: Uint8Array): boolean =>
  start.length >= magic.length && magic.every((byte, at) => start[at] === byte);

/** True when the file starts like a compiled list; false where it cannot be read at all, or is none: a pipe would never open. */
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
