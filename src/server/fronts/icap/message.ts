import { type ByteSource, Malformed } from './byte-source.js';

/** The longest header of ICAP, and the longest encapsulated headers, in bytes. */
const longestHead = 16_384;
const longestInner = 65_536;
/** The longest line with the size of a chunk. */
const longestSize = 256;

/** A request of ICAP up to its body. */
export interface IcapRequest {
  readonly method: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** The encapsulated HTTP headers as they came, by their name in `Encapsulated`: `req-hdr`, `res-hdr`. */
  readonly inner: ReadonlyMap<string, string>;
  readonly hasBody: boolean;
  /** True where the body comes with a preview. */
  readonly hasPreview: boolean;
  /** True where the front may answer 204 at any time. */
  readonly allows204: boolean;
}

/** Reads a request up to its body; undefined where the connection ends. Raises Malformed. */
export async function readRequest(source: ByteSource): Promise<IcapRequest | undefined> {
  const head = await source.until('\r\n\r\n', longestHead);
  if (head === undefined) return undefined;
  const [first = '', ...lines] = head.replace(/^(\r\n)+/, '').split('\r\n');
  const [, method] = /^([A-Z]+) icap:\/\/\S+ ICAP\/1\.0$/i.exec(first) ?? [];
  if (method === undefined) throw new Malformed('no request of ICAP');
  const headers = headersOf(lines);
  const parts = partsOf(headers.get('encapsulated') ?? 'null-body=0');
  const inner = new Map<string, string>();
  for (const [at, { name, offset }] of parts.entries()) {
    const next = parts[at + 1];
    if (!next) break;
    const pieces: Buffer[] = [];
    for await (const piece of source.exactly(next.offset - offset)) pieces.push(piece);
    inner.set(name, Buffer.concat(pieces).toString('latin1'));
  }
  const hasBody = method !== 'OPTIONS' && parts.at(-1)!.name !== 'null-body';
  return {
    method,
    headers,
    inner,
    hasBody,
    hasPreview: hasBody && headers.has('preview'),
    allows204: /\b204\b/.test(headers.get('allow') ?? ''),
  };
}

/**
 * Reads header lines. Returns the values by name, in lower case; of several with one name, the first. Raises
 * Malformed.
 */
export function headersOf(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  if (lines.length > 200) throw new Malformed('too many headers');
  for (const line of lines) {
    const at = line.indexOf(':');
    if (at < 1) throw new Malformed('a header without name');
    const name = line.slice(0, at).toLowerCase();
    if (!headers.has(name)) headers.set(name, line.slice(at + 1).trim());
  }
  return headers;
}

function partsOf(text: string): { readonly name: string; readonly offset: number }[] {
  const parts = text.split(',').map((part) => {
    const [, name, digits] = /^\s*((?:req|res)-hdr|(?:req|res|opt|null)-body)=(\d{1,6})\s*$/.exec(part) ?? [];
    if (name === undefined) throw new Malformed('Encapsulated is malformed');
    return { name, offset: Number(digits) };
  });
  const isRising = parts.every(({ offset }, at) => offset >= (parts[at - 1]?.offset ?? 0));
  if (!isRising || parts[0]!.offset !== 0 || parts.at(-1)!.offset > longestInner)
    throw new Malformed('Encapsulated is malformed');
  if (!parts.at(-1)!.name.endsWith('-body')) throw new Malformed('Encapsulated names no body');
  return parts;
}

/**
 * Reads a body in chunks until one of size 0. Returns true where that chunk says that the body ends here (`ieof`).
 * Raises Malformed.
 * @param take gets the bytes of each piece, and may raise
 * @param most raises RangeError as soon as a chunk says that the body is larger than so many bytes
 */
export async function readChunks(
  source: ByteSource,
  take: (piece: Buffer) => void,
  most: () => number,
): Promise<boolean> {
  for (;;) {
    const line = await source.until('\r\n', longestSize);
    const [, digits, extension = ''] = /^([0-9a-f]{1,8})\s*(;.*)?$/i.exec(line ?? '') ?? [];
    if (digits === undefined) throw new Malformed('a chunk without size');
    const size = Number.parseInt(digits, 16);
    if (size === 0) {
      for (let trailer = await source.until('\r\n', longestHead); trailer !== ''; ) {
        if (trailer === undefined) throw new Malformed('the connection ended in the middle');
        trailer = await source.until('\r\n', longestHead);
      }
      return /;\s*ieof\b/i.test(extension);
    }
    if (size > most()) throw new RangeError('the body is too large');
    for await (const piece of source.exactly(size)) take(piece);
    if ((await source.until('\r\n', 0)) !== '') throw new Malformed('a chunk is longer than its size');
  }
}
