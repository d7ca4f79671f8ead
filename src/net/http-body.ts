import type { IncomingHttpHeaders } from 'node:http';
import { type Duplex, pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { HttpFailure } from './http-failure.js';

type Decoder = (source: AsyncIterable<Buffer>) => AsyncIterable<Buffer>;

/** An error surfaces where the result is read. */
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

/** `deflate` with its zlib header (RFC 9110 §8.4.1.2), or without, as some servers send it and every browser reads it. */
async function* inflated(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  // The header begins with the method, 8; no compressor writes raw data that begins so (RFC 1950, RFC 1951).
  const decoder = (first.value[0]! & 0x0f) === 8 ? createInflate() : createInflateRaw();
  async function* whole() {
    yield first.value as Buffer;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  yield* pipeline(whole(), decoder, () => {});
}

const one = (header: string | string[] | undefined) => (Array.isArray(header) ? header.join(',') : header);

/** The decoders that undo `Content-Encoding`, outermost first. Two are more than any server needs. */
function decodersFor(header: string | undefined): Decoder[] {
  const names = (header ?? '').toLowerCase().split(',');
  const encodings = names.map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity');
  if (encodings.length > 2 || encodings.some((name) => !Object.hasOwn(decoders, name)))
    throw new HttpFailure('read-error', 'the content encoding is not supported', false);
  return encodings.reverse().map((name) => decoders[name]!);
}

/** Passes chunks on until there are more than `maxBytes` of them. */
async function* atMost(maxBytes: number, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of source) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

const tooLarge = (maxBytes: number) => new HttpFailure('too-large', `larger than ${maxBytes} bytes`, false);

/** Pieces with their content encoding undone; the limit holds for those that come and for the decoded ones. */
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
 * The body piece by piece with its content encoding undone; the limit holds for the bytes on the wire and for the
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

/** The whole body, as `bodyPieces` gives it. */
export async function readBody(
  body: Readable,
  headers: IncomingHttpHeaders,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of bodyPieces(body, headers, maxBytes)) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** Drops what is left of a body, and its connection where there was anything left. */
export function discard(body: Readable): void {
  if (body.destroyed) return;
  body.on('error', () => {});
  body.destroy();
}
