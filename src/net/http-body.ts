import type { IncomingHttpHeaders } from 'node:http';
import { type Duplex, pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { HttpFailure } from './http-failure.js';

type Decoder = (source: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

/** Errors are raised where the result is read. */
const through =
  (create: () => Duplex): Decoder =>
  (source) =>
    pipeline(source, create(), () => {});

const decoders: Record<string, Decoder> = {
  gzip: through(createGunzip),
  'x-gzip': through(createGunzip),
  deflate: inflated,
  br: through(createBrotliDecompress),
};

/**
 * Decodes `deflate` with its zlib header (RFC 9110 §8.4.1.2), or without it, as some servers send it and every browser
 * accepts it.
 */
async function* inflated(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  // The header begins with the method, 8; no compressor's raw data begins so (RFC 1950, RFC 1951).
  const decoder = (first.value[0]! & 0x0f) === 8 ? createInflate() : createInflateRaw();
  async function* whole() {
    yield first.value as Buffer;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  yield* pipeline(whole(), decoder, () => {});
}

const one = (header: string | string[] | undefined) => (Array.isArray(header) ? header.join(',') : header);

/** The decoders for `Content-Encoding`, outermost first. More than two are refused; no server needs them. */
function decodersFor(header: string | undefined): Decoder[] {
  const names = (header ?? '').toLowerCase().split(',');
  const encodings = names.map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity');
  if (encodings.length > 2 || encodings.some((name) => !Object.hasOwn(decoders, name)))
    throw new HttpFailure('read-error', 'the content encoding is not supported', false);
  return encodings.reverse().map((name) => decoders[name]!);
}

/** Passes chunks on, up to `maxBytes` bytes in all. Raises where there are more. */
async function* atMost(maxBytes: number, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of source) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

const tooLarge = (maxBytes: number) => new HttpFailure('too-large', `larger than ${maxBytes} bytes`, false);

/** Undoes the content encoding of a body. The limit applies both to the encoded and to the decoded bytes. */
export async function* decoded(
  pieces: AsyncIterable<Buffer>,
  encoding: string | undefined,
  maxBytes: number,
): AsyncGenerator<Buffer> {
  let source: AsyncIterable<Buffer> = atMost(maxBytes, pieces);
  for (const decode of decodersFor(encoding)) source = atMost(maxBytes, decode(source));
  yield* source;
}

/**
 * Yields the body in pieces, with its content encoding undone. The limit applies to the bytes on the wire and to the
 * decoded ones, whatever the headers say. Always consumes or destroys `body`.
 */
export async function* bodyPieces(
  body: Readable,
  headers: IncomingHttpHeaders,
  maxBytes: number,
): AsyncGenerator<Buffer> {
  try {
    if (Number(one(headers['content-length'])) > maxBytes) throw tooLarge(maxBytes);
    yield* decoded(body, one(headers['content-encoding']), maxBytes);
  } finally {
    discard(body);
  }
}

/** Reads the whole body, as `bodyPieces` yields it. */
export async function readBody(
  body: Readable,
  headers: IncomingHttpHeaders,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of bodyPieces(body, headers, maxBytes)) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** Drops the rest of a body, and closes its connection where there is any. */
export function discard(body: Readable): void {
  if (body.destroyed) return;
  body.on('error', () => {});
  body.destroy();
}
