/** A kind of picture stream without a container: patterns for the beginning of its first unit and of the next one. */
type Kind = readonly [mediaType: string, first: RegExp, next: RegExp];

/**
 * The patterns match the bytes behind a start code. Sources: ITU-T H.264 table 7-1 (a delimiter, information or
 * parameters come first), H.265 table 7-1, ISO/IEC 14496-2 table 6-3, SMPTE 421M annex E.
 */
const kinds: readonly Kind[] = [
  ['video/h264', /^[\x06\x09\x27\x47\x67]/, /^[\x01-\x0d\x21-\x2d\x41-\x4d\x61-\x6d]/],
  ['video/h265', /^[\x40\x42\x46\x4e]\x01/, /^[\x00-\x50]\x01/],
  ['video/mp4v-es', /^[\x00-\x1f\xb0]/, /^[\x20-\x2f\xb2\xb5]/],
  ['video/vc1', /^\x0f/, /^\x0e/],
];

/**
 * The media type of a picture stream without a container; undefined for other bytes. Such a stream begins with zeros
 * and a start code (ITU-T H.264 annex B). A second start code must follow, because many other files begin with one.
 * Pure.
 * @param head the beginning of the file, one character a byte (Latin-1).
 */
export function elementaryStream(head: string): string | undefined {
  if (!/^\0{2,}\x01/.test(head)) return undefined;
  const [, first, next] = head.split('\0\0\x01');
  if (first === undefined || next === undefined) return undefined;
  return kinds.find(([, begins, follows]) => begins.test(first) && follows.test(next))?.[0];
}
