/** The most bytes before the root element, with comments and declarations. Nobody writes a file with more. */
export const longestProlog = 1 << 20;

/** True for a byte with which XML may begin. */
const isBeginning = (byte: number | undefined) =>
  byte !== undefined && '\t\n\r <'.includes(String.fromCharCode(byte));

/**
 * The text of bytes that may be XML, in UTF-16 or in one byte a character. Undefined where XML cannot begin like this.
 */
function textOf(bytes: Uint8Array): string | undefined {
  const [a, b] = bytes;
  const some = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, longestProlog));
  const even = some.subarray(0, some.length - (some.length % 2));
  const isLittle = (a === 0xff && b === 0xfe) || (isBeginning(a) && b === 0);
  const isBig = (a === 0xfe && b === 0xff) || (a === 0 && isBeginning(b));
  if (isLittle) return even.toString('utf16le');
  if (isBig) return Buffer.from(even).swap16().toString('utf16le');
  // Latin-1 keeps the marks of every encoding that is made of bytes.
  return isBeginning(a) || a === 0xef ? some.toString('latin1') : undefined;
}

/**
 * The index of the `>` that ends the declaration at `at`. Where the declaration holds others in brackets, its end is
 * behind these. Negative where the declaration does not end.
 */
function endOfDoctype(text: string, at: number): number {
  const close = text.indexOf('>', at);
  const open = text.indexOf('[', at);
  if (open < 0 || open > close) return close;
  const end = /\]\s*>/g;
  end.lastIndex = open;
  return end.exec(text) ? end.lastIndex - 1 : -1;
}

/**
 * The name of the root element of XML, in lower case and without its prefix. It passes over comments, instructions and
 * declarations before the root element, and reads UTF-16 too. `beyond` where these are longer than `longestProlog`.
 * Undefined for bytes that are no XML. Pure.
 */
export function xmlRoot(bytes: Uint8Array): string | undefined {
  const text = textOf(bytes);
  if (text === undefined || !/^(\ufeff|\xef\xbb\xbf)?\s*</.test(text)) return undefined;
  for (let at = text.indexOf('<'); at >= 0; ) {
    const end = text.startsWith('<?', at)
      ? text.indexOf('?>', at)
      : text.startsWith('<!--', at)
        ? text.indexOf('-->', at + 4)
        : text.startsWith('<!', at)
          ? endOfDoctype(text, at)
          : at;
    if (end < 0) break;
    if (end === at) {
      const name = /<(?:[\w.-]+:)?([\w.-]+)/y;
      name.lastIndex = at;
      return name.exec(text)?.[1]?.toLowerCase();
    }
    at = text.indexOf('<', end);
  }
  return bytes.length > longestProlog ? 'beyond' : undefined;
}
