import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { UploadSaid } from '../../../app/index.js';
import { headersOf, type IcapRequest } from './message.js';

/** A file in the body of an HTTP message. */
export interface InnerFile {
  readonly bytes: Uint8Array;
  readonly name?: string | undefined;
}

/** The most files of a form: more than a person uploads at once. */
const mostFiles = 64;

const innerOf = ({ inner, method }: IcapRequest) => {
  const text = inner.get(method === 'REQMOD' ? 'req-hdr' : 'res-hdr') ?? inner.get('req-hdr') ?? '';
  const [first = '', ...lines] = text.trimEnd().split('\r\n');
  return { first, headers: headersOf(lines.filter((line) => line !== '')) };
};

/**
 * The files in the body of an HTTP message: those of a form, or the body itself. It first undoes the message's
 * content-encoding. A form that it cannot read counts as one file; the scan searches that for pictures all the same.
 * @param most raises RangeError for a body that unpacks to more bytes
 */
export async function filesIn(request: IcapRequest, body: Uint8Array, most: number): Promise<InnerFile[]> {
  const { headers } = innerOf(request);
  const bytes = unpacked(body, headers.get('content-encoding') ?? '', most);
  const type = headers.get('content-type') ?? '';
  if (!/^multipart\/form-data\b/i.test(type)) return [{ bytes }];
  const files = await filesOfForm(bytes, type);
  return files && files.length > 0 ? files : [{ bytes }];
}

function unpacked(body: Uint8Array, encoding: string, most: number): Uint8Array {
  const limit = { maxOutputLength: most };
  const unpack = { gzip: gunzipSync, 'x-gzip': gunzipSync, deflate: inflateSync, br: brotliDecompressSync };
  const one = unpack[encoding.trim().toLowerCase() as keyof typeof unpack];
  if (!one || body.length === 0) return body;
  try {
    return one(body, limit);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return body; // the body does not have the encoding that its header names: the scan reads it as it is
  }
}

async function filesOfForm(bytes: Uint8Array, type: string): Promise<InnerFile[] | undefined> {
  const { default: busboy } = await import('busboy');
  return new Promise((done) => {
    const files: InnerFile[] = [];
    const cannot = () => done(undefined);
    try {
      const form = busboy({
        headers: { 'content-type': type },
        limits: { files: mostFiles, parts: 10 * mostFiles, headerPairs: 64 },
        defParamCharset: 'utf8',
      });
      form.on('file', (_, stream, { filename }) => {
        const pieces: Buffer[] = [];
        stream.on('data', (piece: Buffer) => pieces.push(piece));
        stream.on('end', () => files.push({ bytes: Buffer.concat(pieces), name: filename || undefined }));
        stream.on('error', cannot);
      });
      form.on('filesLimit', cannot).on('partsLimit', cannot).on('error', cannot);
      form.on('close', () => done(files));
      form.end(bytes);
    } catch {
      cannot();
    }
  });
}

/** Reads what the message tells of the upload. */
export function saidIn(request: IcapRequest): Omit<UploadSaid, 'via'> {
  const [, target = ''] = (request.inner.get('req-hdr') ?? '').split('\r\n', 1)[0]!.split(' ');
  const path = target.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/[?#].*$/, '');
  return {
    ip: request.headers.get('x-client-ip'),
    uploader: userOf(request.headers.get('x-authenticated-user')),
    name: named(path.slice(path.lastIndexOf('/') + 1)),
    // A download has an address; an upload has none yet.
    uri: request.method === 'RESPMOD' ? target : undefined,
  };
}

function named(text: string): string | undefined {
  try {
    return decodeURIComponent(text) || undefined;
  } catch {
    return text;
  }
}

/** The user, whom proxies write in base64 (`TG9jYWw6Ly9qb2U=`: `Local://joe`) or as text. */
function userOf(text: string | undefined): string | undefined {
  if (text === undefined || !/^[A-Za-z0-9+/]{4,}={0,2}$/.test(text)) return text;
  const plain = Buffer.from(text, 'base64').toString('utf8');
  return /^[\w.+-]+:\/\/[^\p{C}]+$/u.test(plain) ? plain : text;
}
