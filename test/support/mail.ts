/** A part of a message: its header lines besides the encoding, and its bytes. */
export interface Part {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly name?: string;
  readonly encoding?: 'base64' | 'quoted-printable' | '7bit' | 'binary';
  readonly header?: string;
}

const start = 'From: a@b.example\r\nTo: c@d.example\r\nSubject: hello\r\nMIME-Version: 1.0\r\n';

/** A message of several parts. */
export function mail(parts: readonly Part[], { subtype = 'mixed', boundary = '=_b' } = {}): Buffer {
  const head = `${start}Content-Type: multipart/${subtype}; boundary="${boundary}"\r\n\r\n`;
  const bodies = parts.flatMap((part) => [Buffer.from(`--${boundary}\r\n`), one(part), Buffer.from('\r\n')]);
  return Buffer.concat([Buffer.from(head), ...bodies, Buffer.from(`--${boundary}--\r\n`)]);
}

/** A message of one part. */
export const plainMail = (part: Part): Buffer => Buffer.concat([Buffer.from(start), one(part)]);

function one({ type, bytes, name, encoding = 'base64', header = '' }: Part): Buffer {
  const disposition = name === undefined ? '' : `Content-Disposition: attachment; filename="${name}"\r\n`;
  const head = `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n${disposition}${header}\r\n`;
  return Buffer.concat([Buffer.from(head), encoded(bytes, encoding)]);
}

function encoded(bytes: Uint8Array, encoding: Part['encoding']): Buffer {
  if (encoding === 'base64') return Buffer.from(lines(Buffer.from(bytes).toString('base64')));
  if (encoding !== 'quoted-printable') return Buffer.from(bytes);
  const all = Array.from(bytes, (byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`);
  return Buffer.from(all.map((text, at) => (at % 25 === 24 ? `${text}=\r\n` : text)).join(''));
}

/** Base64 in lines of 76 characters. */
export const lines = (text: string, end = '\r\n'): string => text.replaceAll(/.{76}(?=.)/g, `$&${end}`);
