/**
 * Matches the line that begins a uuencoded file (POSIX.1, uuencode), with its mode and its name; group 1 is the name.
 */
export const uuencodeStart = /^begin [0-7]{3,4} (.{1,255})$/gm;

/** A file that uuencoded lines carry. */
export interface UuencodedFile {
  /** Its bytes, decoded. */
  readonly bytes: Buffer;
  /** The index of the first character behind it. */
  readonly end: number;
  /** False if it breaks off before its line `end`. */
  readonly isWhole: boolean;
}

/**
 * Decodes uuencoded lines from the character `from` on, up to the line `end` or the first line that is not uuencoded.
 * Undefined if the first line is not. Pure.
 */
export function uuencodedAt(text: string, from: number): UuencodedFile | undefined {
  const parts: Buffer[] = [];
  let at = from;
  while (at < text.length) {
    const close = text.indexOf('\n', at);
    const next = close < 0 ? text.length : close + 1;
    const line = text.slice(at, Math.min(next, at + 200)).replace(/\r?\n$/, '');
    if (line === 'end') return { bytes: Buffer.concat(parts), end: next, isWhole: true };
    const bytes = lineOf(line);
    if (bytes === undefined) break;
    parts.push(bytes);
    at = next;
  }
  return parts.length > 0 ? { bytes: Buffer.concat(parts), end: at, isWhole: false } : undefined;
}

/** The six bits of a character. Programs may have cut blanks at the end of a line: these count as zero. */
const bits = (line: string, at: number) => (at < line.length ? (line.charCodeAt(at) - 32) & 63 : 0);

/** The bytes of one line, whose first character tells how many they are; undefined if the line is not uuencoded. */
function lineOf(line: string): Buffer | undefined {
  if (line === '') return Buffer.alloc(0);
  if (!/^[ -`]+$/.test(line)) return undefined;
  const length = bits(line, 0);
  // Some programs write a checksum at the end.
  if (line.length > 1 + 4 * Math.ceil(length / 3) + 2) return undefined;
  const bytes = Buffer.alloc(3 * Math.ceil(length / 3));
  for (let from = 1, to = 0; to < length; from += 4, to += 3)
    bytes.writeUIntBE(
      (bits(line, from) << 18) |
        (bits(line, from + 1) << 12) |
        (bits(line, from + 2) << 6) |
        bits(line, from + 3),
      to,
      3,
    );
  return bytes.subarray(0, length);
}
