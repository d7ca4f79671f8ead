/**
 * File names are bytes, globs are text. This turns a name into text without losing a byte: UTF-8 stays as it is, any
 * other byte becomes the lone surrogate U+DC00 + byte (Python's "surrogateescape"). Newlines and backslashes are
 * escaped in the same way, because `.` in a glob's regular expression does not match the former, and path code rewrites
 * the latter.
 */

const special = /[\n\r\\]/g;
const escaped = /([\udc00-\udcff])/u; // with the u flag only lone surrogates match
const escapeByte = (char: string) => String.fromCharCode(0xdc00 + char.charCodeAt(0));

/** The raw bytes of a name, as text that a glob can match. */
export function nameText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  const valid = !text.includes('\ufffd') || Buffer.from(text).equals(bytes);
  const whole = valid ? text : bytes.toString('latin1').replace(/[\x80-\xff]/g, escapeByte);
  return whole.replace(special, escapeByte);
}

/** The raw bytes of a name or path from the text that `nameText` made. */
export function nameBytes(text: string): Buffer {
  const parts = text.split(escaped);
  if (parts.length === 1) return Buffer.from(text);
  return Buffer.concat(
    parts.map((part, i) => (i % 2 === 1 ? Buffer.of(part.charCodeAt(0) & 0xff) : Buffer.from(part))),
  );
}

/** A user's glob, written as `nameText` writes names. An escaped backslash stands for the character. */
export function globText(glob: string): string {
  return glob.replace(/\\\\|[\n\r]/g, (match) => escapeByte(match[0]!));
}

/**
 * The absolute path of `path`, as raw bytes. It drops `.` and doubled slashes, and applies leading `..` to `cwd` (which
 * holds no links; default: the working directory). It keeps a `..` after a name, because that name may be a link.
 */
export function absolutePath(path: string | Uint8Array, cwd: string | Uint8Array = process.cwd()): Buffer {
  const latin = (value: string | Uint8Array) => Buffer.from(value as Uint8Array).toString('latin1');
  const given = latin(path);
  const base = given.startsWith('/') ? [] : latin(cwd).split('/').filter(Boolean);
  let leading = true;
  for (const segment of given.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..' && leading) base.pop();
    else {
      base.push(segment);
      leading = false;
    }
  }
  return Buffer.from(`/${base.join('/')}`, 'latin1');
}
