import { createConnection, type Socket } from 'node:net';

/** Opens a connection to a Unix socket or to `host:port`, says `bytes`, and gives all that comes until the end. */
export function converse(place: string, ...said: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((done, failed) => {
    const socket = connectTo(place);
    let heard = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      heard += text;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // Who is thrown out while he speaks hears of it by a reset.
      if (error.code === 'EPIPE' || error.code === 'ECONNRESET') done(heard);
      else failed(error);
    });
    socket.on('close', () => done(heard));
    for (const bytes of said) socket.write(bytes);
  });
}

/** A connection to a Unix socket or to `host:port`. */
export function connectTo(place: string): Socket {
  const [, host, port] = /^(127\.0\.0\.1):(\d+)$/.exec(place) ?? [];
  return host === undefined ? createConnection(place) : createConnection({ host, port: Number(port) });
}

/** An INSTREAM of clamd: chunks with their lengths, and the end. */
export function streamOf(bytes: Uint8Array, chunk = 2048): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += chunk) {
    const piece = bytes.subarray(at, at + chunk);
    parts.push(lengthOf(piece.length), Buffer.from(piece));
  }
  return Buffer.concat([...parts, lengthOf(0)]);
}

/** A length as INSTREAM has it. */
export function lengthOf(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
}

/** Resolves once a connection is closed, whether in order or by a reset. */
export const closed = (socket: Socket): Promise<void> =>
  new Promise((done) => socket.on('error', () => {}).on('close', () => done()));
