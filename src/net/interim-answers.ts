import type { Socket } from 'node:net';

/** The beginnings of a status line of an interim answer, without the last two digits of its number. */
const beginnings = ['HTTP/1.1 1', 'HTTP/1.0 1'];
const start = /^HTTP\/1\.[01] 1\d\d$/;
const startLength = 'HTTP/1.1 100'.length;
const end = '\r\n\r\n';
const two = '2'.charCodeAt(0);
/** The most bytes of an interim answer that wait for their end. undici takes no longer head either. */
const mostHeld = 16_384;

/**
 * Renames the interim answers 100 at the beginning of an answer to 102, in place. Returns the number of bytes up to
 * where the last whole interim answer ends, and whether the bytes behind it may be the beginning of another one.
 */
function renameInterim(bytes: Buffer): { readonly at: number; readonly mayFollow: boolean } {
  for (let at = 0; ; ) {
    const status = bytes.toString('latin1', at, at + startLength);
    if (status.length < startLength)
      return { at, mayFollow: beginnings.some((text) => text.startsWith(status.slice(0, text.length))) };
    if (!start.test(status)) return { at, mayFollow: false };
    const close = bytes.indexOf(end, at, 'latin1');
    if (close < 0) return { at, mayFollow: bytes.length - at <= mostHeld };
    if (status.endsWith('100')) bytes[at + startLength - 1] = two;
    at = close + end.length;
  }
}

/**
 * Makes undici pass over an interim answer 100 that nobody asked for, as browsers do (RFC 9110 §15.2): undici breaks
 * the connection off at 100, and passes over all other interim answers. An answer begins with the first bytes that come
 * after a request was written, because one request at a time is on a connection. An interim answer that comes in pieces
 * is held back until it is whole.
 */
export function passingInterim<T extends Socket>(socket: T): T {
  let isStart = false;
  let held = Buffer.alloc(0);
  const read = socket.read.bind(socket);
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  socket.write = (...given: unknown[]) => {
    isStart = true;
    return write(...given);
  };
  socket.read = (size?: number) => {
    const got: unknown = read(size);
    if (!isStart || !Buffer.isBuffer(got)) return got;
    const bytes = Buffer.concat([held, got]);
    const { at, mayFollow } = renameInterim(bytes);
    isStart = mayFollow;
    held = mayFollow ? bytes.subarray(at) : Buffer.alloc(0);
    const ready = mayFollow ? bytes.subarray(0, at) : bytes;
    return ready.length > 0 ? ready : null;
  };
  return socket;
}
