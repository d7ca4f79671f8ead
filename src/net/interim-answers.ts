import type { Socket } from 'node:net';

const start = /^HTTP\/1\.[01] 1\d\d$/;
const startLength = 'HTTP/1.1 100'.length;
const end = '\r\n\r\n';
const two = '2'.charCodeAt(0);

/**
 * Renames the interim answers 100 at the beginning of an answer to 102, in place. Returns true where an answer may
 * still begin behind these bytes.
 */
function renameInterim(bytes: Buffer): boolean {
  let at = 0;
  for (;;) {
    const status = bytes.toString('latin1', at, at + startLength);
    if (!start.test(status)) return at === bytes.length;
    if (status.endsWith('100')) bytes[at + startLength - 1] = two;
    const close = bytes.indexOf(end, at, 'latin1');
    if (close < 0) return false;
    at = close + end.length;
  }
}

/**
 * Makes undici pass over an interim answer 100 that nobody asked for, as browsers do (RFC 9110 §15.2): undici breaks
 * the connection off at 100, and passes over all other interim answers. An answer begins with the first bytes that come
 * after a request was written, because one request at a time is on a connection. Not renamed, and so still an error: a
 * status line that comes in two pieces.
 */
export function passingInterim<T extends Socket>(socket: T): T {
  let isStart = false;
  const read = socket.read.bind(socket);
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  socket.write = (...given: unknown[]) => {
    isStart = true;
    return write(...given);
  };
  socket.read = (size?: number) => {
    const bytes: unknown = read(size);
    if (isStart && Buffer.isBuffer(bytes)) isStart = renameInterim(bytes);
    return bytes;
  };
  return socket;
}
