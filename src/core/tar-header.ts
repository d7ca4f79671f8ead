/** Length in bytes of a header, and of every block of a tar file. */
const block = 512;

/**
 * True for bytes that begin with a tar header of any dialect, by its checksum (POSIX.1-1988, ustar): the sum of the
 * header's bytes, with those of the checksum counted as spaces. The oldest dialect has no other mark.
 */
export function isTarHeader(bytes: Uint8Array): boolean {
  if (bytes.length < block || bytes[0] === 0) return false;
  const field = String.fromCharCode(...bytes.subarray(148, 156));
  const written = /^ *([0-7]{1,7})[ \0]/.exec(field)?.[1];
  if (written === undefined) return false;
  let sum = 8 * 0x20;
  for (let at = 0; at < block; at++) if (at < 148 || at >= 156) sum += bytes[at]!;
  return sum === Number.parseInt(written, 8);
}
