import { withoutSecrets } from './secrets.js';

/**
 * File names are bytes. A `file:` URI holds every byte of an absolute path, so that a name that is not UTF-8 survives
 * JSON (RFC 8089 with RFC 3986 percent-encoding of bytes).
 */

const reserved = /[^A-Za-z0-9\-._~/!$&'()+,;=@]/g;
const escaped = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** Makes the `file:` URI of an absolute path whose raw bytes are given as characters of the same number (0…255). */
export const fileUriOf = (path: string): string => `file://${path.replace(reserved, escaped)}`;

/**
 * Makes the `file:` URI of an absolute path given as raw bytes.
 * @example
 * fileUri(new TextEncoder().encode('/srv/1.jpg')); // 'file:///srv/1.jpg'
 */
export function fileUri(path: Uint8Array): string {
  let text = '';
  for (const byte of path) text += String.fromCharCode(byte);
  return fileUriOf(text);
}

/**
 * The raw bytes of the path in a `file:` URI that hashsieve made.
 * @example
 * const bytes = await readFile(Buffer.from(filePath(result.ref.uri)));
 */
export function filePath(uri: string): Uint8Array {
  if (!uri.startsWith('file:///')) throw new TypeError(`not a file URI: ${uri}`);
  const text = new TextEncoder().encode(uri.slice('file://'.length)); // ASCII in every URI of ours
  if (!uri.includes('%')) return text;
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const pair = text[i] === 0x25 ? String.fromCharCode(...text.subarray(i + 1, i + 3)) : '';
    const isEscape = /^[0-9a-f]{2}$/i.test(pair);
    bytes.push(isEscape ? Number.parseInt(pair, 16) : text[i]!);
    if (isEscape) i += 2;
  }
  return Uint8Array.from(bytes);
}

/**
 * Makes the URI `SCHEME:NAME` of bytes that have no address. Encodes everything except letters, digits and `-._~`, so
 * that a name never looks like the path of a member.
 */
export function namedUri(scheme: string, name: string): string {
  const encoded = (byte: number) => {
    const char = String.fromCharCode(byte);
    return /[\w.~-]/.test(char) ? char : escaped(char);
  };
  return `${scheme}:${Array.from(new TextEncoder().encode(name), encoded).join('')}`;
}

// C0, DEL, C1, bidirectional and invisible controls, line separators: all that could move a cursor or disguise a name.
const unsafe =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffd]/g;

/** Makes text from outside safe to print on a terminal: control characters become `\xNN` or `\u{…}`. */
export function printable(text: string): string {
  return text.replace(unsafe, (char) => {
    const code = char.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/**
 * A URI as people read it, safe to print: a local path, or the URL with its secrets hidden. Bytes that are not UTF-8
 * become `\xNN`.
 * @example
 * console.log(displayUri(result.ref.uri));
 */
export function displayUri(uri: string): string {
  if (!uri.startsWith('file:///')) return printable(withoutSecrets(uri));
  const bytes = filePath(uri);
  try {
    return printable(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return Array.from(bytes, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
    ).join('');
  }
}
