/**
 * File names are bytes, globs are text. A name becomes text so that every byte survives: UTF-8 as itself, any other
 * byte as the lone surrogate U+DC00 + byte (Python's "surrogateescape"). Newlines and backslashes are escaped in the
 * same way, because `.` in a glob's regular expression misses the former and path code rewrites the latter.
 */

const special = /[\n\r\\]/g;
const escaped = /([\udc00-\udcff])/u; // with the u flag only lone surrogates match
const escapeByte = (char: string) => String.fromCharCode(0xdc00 + char.charCodeAt(0));

/** Raw bytes of a name as text that can be matched by a glob. */
export function nameText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  const valid = !text.includes('\ufffd') || Buffer.from(text).equals(bytes);
  const whole = valid ? text : bytes.toString('latin1').replace(/[\x80-\xff]/g, escapeByte);
  return whole.replace(special, escapeByte);
}

/** Raw bytes of a name or path that `nameText` made. */
export function nameBytes(text: string): Buffer {
  const parts = text.split(escaped);
  if (parts.length === 1) return Buffer.from(text);
  return Buffer.concat(
    parts.map((part, i) => (i % 2 === 1 ? Buffer.of(part.charCodeAt(0) & 0xff) : Buffer.from(part))),
  );
}

/** A user's glob in the alphabet of `nameText`: an escaped backslash means the character. */
export function globText(glob: string): string {
  return glob.replace(/\\\\|[\n\r]/g, (match) => escapeByte(match[0]!));
}

/**
 * Absolute path of `path` as raw bytes. Drops `.` and doubled slashes, applies leading `..` to `cwd` (which holds no
 * links; left out: where the process works), and keeps a `..` that comes after a name, because that name may be a link.
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
