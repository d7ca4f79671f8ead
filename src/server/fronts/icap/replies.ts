import { type UploadPort, version } from '../../../app/index.js';
import type { IcapRequest } from './message.js';

/** The header that names the edition of the lists. Caches drop the answers that they keep when it changes. */
const tagOf = ({ edition }: UploadPort): string => `ISTag: "hashsieve-${edition}"`;

const headOf = (status: string, uploads: UploadPort, ...lines: readonly string[]): string =>
  [`ICAP/1.0 ${status}`, tagOf(uploads), `Server: hashsieve/${version}`, ...lines, '', ''].join('\r\n');

/** The answer to OPTIONS. It asks clients for every body, with an empty preview first. */
export const optionsReply = (uploads: UploadPort, connections: number): string =>
  headOf(
    '200 OK',
    uploads,
    'Methods: REQMOD, RESPMOD',
    'Service: hashsieve',
    'Allow: 204',
    'Preview: 0',
    'Transfer-Preview: *',
    `Max-Connections: ${connections}`,
    'Options-TTL: 600',
    'Encapsulated: null-body=0',
  );

/** An answer that has a status and no content. With `isLast` it ends the connection. */
export const bareReply = (status: string, uploads: UploadPort, isLast = false): string =>
  headOf(status, uploads, ...(isLast ? ['Connection: close'] : []), 'Encapsulated: null-body=0');

/** The answer that returns the message unchanged, for clients that accept no 204. */
export function echoReply(
  { method, inner, hasBody }: IcapRequest,
  body: Uint8Array,
  uploads: UploadPort,
): Buffer {
  const kept = [...inner].filter(([name]) => name === (method === 'REQMOD' ? 'req-hdr' : 'res-hdr'));
  const head = kept.map(([, text]) => text).join('');
  const part = hasBody ? (method === 'REQMOD' ? 'req-body' : 'res-body') : 'null-body';
  const names = [...kept.map(([name]) => `${name}=0`), `${part}=${Buffer.byteLength(head, 'latin1')}`];
  const start = headOf('200 OK', uploads, `Encapsulated: ${names.join(', ')}`);
  return Buffer.concat([Buffer.from(start + head, 'latin1'), ...(hasBody ? [chunked(body)] : [])]);
}

/** The answer for a refusal: a page with status 451 in the place of the message. */
export function refusalReply(name: string, uploads: UploadPort): Buffer {
  const page = Buffer.from(`refused (${name})\n`);
  const inner = [
    'HTTP/1.1 451 Unavailable For Legal Reasons',
    'Content-Type: text/plain',
    `Content-Length: ${page.length}`,
    'Cache-Control: no-store',
    'Connection: close',
    '',
    '',
  ].join('\r\n');
  const head = headOf(
    '200 OK',
    uploads,
    `X-Infection-Found: Type=0; Resolution=2; Threat=${name};`,
    `X-Virus-ID: ${name}`,
    `Encapsulated: res-hdr=0, res-body=${inner.length}`,
  );
  return Buffer.concat([Buffer.from(head + inner), chunked(page)]);
}

function chunked(bytes: Uint8Array): Buffer {
  const size =
    bytes.length === 0 ? [] : [Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')];
  return Buffer.concat([...size, Buffer.from('0\r\n\r\n')]);
}
