import type { ByteStore } from '../../core/types.js';
import type { Span } from '../types.js';
import { bufferOf } from './spans.js';

/** Fewer bytes than this, behind or between other things, hold no picture: none is so small. */
const leastBytes = 100;
const step = 1 << 20;
/** Bytes without the mark of UTF-16 count as UTF-16 if at least so many of 100 characters are ASCII. */
const leastAscii = 60;

/** Control characters that texts have: BS to CR, the end of file of DOS, ESC. */
const inText = [8, 9, 10, 11, 12, 13, 26, 27];
const isControl = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 32 && !inText.includes(byte) ? 1 : 0,
);

/** What bytes are that no reader knows. Only `binary` may hold a picture. */
export type Rest = 'text' | 'filling' | 'binary';

/**
 * What the bytes of a span are. `filling` is one byte over and over. `text` is UTF-8, UTF-16, or an encoding of one to
 * four bytes a character that keeps the control characters of ASCII (Latin-1, Windows, Shift-JIS, GB 18030). The rest
 * is `binary`.
 */
export async function restOf(store: ByteStore, { from, to }: Span): Promise<Rest> {
  let fits: ((bytes: Buffer) => boolean) | undefined;
  let fill: number | undefined;
  for (let at = from; at < to; at += step) {
    const bytes = bufferOf(await store.read(at, Math.min(step, to - at)));
    if (!fits) {
      fill ??= bytes[0]!;
      if (isFilled(bytes, fill)) continue;
      if (at > from && isControl[fill] !== 0) return 'binary';
      fits = isNarrow(bytes) ? isNarrow : wideOf(bytes);
    }
    if (!fits?.(bytes)) return 'binary';
  }
  return fits ? 'text' : 'filling';
}

/** Whether a span certainly holds no picture. `isPart` is true if it lies between or behind other things. */
export const isHarmless = async (store: ByteStore, span: Span, isPart: boolean): Promise<boolean> =>
  (isPart && span.to - span.from < leastBytes) || (await restOf(store, span)) !== 'binary';

/** Whether bytes are text of one to four bytes a character, or one byte over and over. Pure. */
export const holdsText = (bytes: Buffer): boolean => isNarrow(bytes) || isFilled(bytes, bytes[0] ?? 0);

function isFilled(bytes: Buffer, fill: number): boolean {
  return (
    bytes.length === 0 ||
    (bytes[0] === fill && bytes.compare(bytes, 1, bytes.length, 0, bytes.length - 1) === 0)
  );
}

function isNarrow(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at++) if (isControl[bytes[at]!] !== 0) return false;
  return true;
}

/**
 * Makes a check for further bytes if `head` is UTF-16, by its mark or because most of it is ASCII; undefined if it is
 * not.
 */
function wideOf(head: Buffer): ((bytes: Buffer) => boolean) | undefined {
  for (const isBig of [false, true]) {
    const text = wideText(head, isBig);
    const ascii = text.match(/[\t-\r -~]/g)?.length ?? 0;
    if (!text.startsWith('\ufeff') && 100 * ascii < leastAscii * text.length) continue;
    const fits = (bytes: Buffer) => isWideText(wideText(bytes, isBig));
    if (fits(head)) return fits;
  }
  return undefined;
}

function wideText(bytes: Buffer, isBig: boolean): string {
  const even = bytes.subarray(0, bytes.length & ~1);
  return (isBig ? Buffer.from(even).swap16() : even).toString('utf16le');
}

/** True if a text has no control characters, and half a surrogate pair only at its ends, where the reading cut it. */
function isWideText(text: string): boolean {
  const whole = text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
  return !/[\0-\x07\x0e-\x19\x1c-\x1f\ufffe\uffff]/.test(whole) && !/\p{Surrogate}/u.test(whole);
}
