/** The line that begins a uuencoded file (POSIX.1, uuencode): its mode and its name. */
export const uuencodeStart = /^begin [0-7]{3,4} (.{1,255})$/gm;

/** A file that uuencoded lines carry. */
export interface UuencodedFile {
  readonly bytes: Buffer;
  /** Where the text goes on. */
  readonly end: number;
  /** False where it ends before its end. */
  readonly isWhole: boolean;
}

/** Undoes the lines from a place of a text on, up to `end` or the first line that is none. Undefined where not even the first is one. */
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

/** Six bits of a character; blanks at the end of a line may be gone. */
const bits = (line: string, at: number) => (at < line.length ? (line.charCodeAt(at) - 32) & 63 : 0);

/** The bytes of one line, whose first character is their number. */
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
