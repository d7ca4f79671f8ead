import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a test's store holds by key, or how it answers for that key. */
export type S3Content =
  | Buffer
  | { readonly status: number; readonly code: string }
  | 'cut'
  | 'endless'
  | 'silent';

export interface S3TestServer {
  readonly endpoint: string;
  /** `GET /bucket/key`, and the query of listings, in order. */
  readonly asked: string[];
  /** Object by key of the bucket `uploads`; change it at will. */
  readonly objects: Map<string, S3Content>;
  /** Seconds since 1970 by key; otherwise one and the same time. */
  readonly times: Map<string, number>;
  /** Content encoding by key. */
  readonly encodings: Map<string, string>;
  /** The last request's headers. */
  headers: IncomingMessage['headers'];
  close(): Promise<void>;
}

const text = (value: string) => value.replace(/[<&>]/g, (char) => `&#${char.charCodeAt(0)};`);
const etagOf = (content: S3Content) =>
  `"${createHash('md5')
    .update(Buffer.isBuffer(content) ? content : 'x')
    .digest('hex')}"`;

/**
 * The two requests of the S3 REST interface that reading takes, ListObjectsV2 and GetObject, path style, as Amazon's
 * documentation of the interface describes them. Three objects a page, so that every listing has pages.
 */
export async function serveS3(): Promise<S3TestServer> {
  const objects = new Map<string, S3Content>();
  const times = new Map<string, number>();
  const encodings = new Map<string, string>();
  const asked: string[] = [];
  const timeOf = (key: string) => new Date((times.get(key) ?? 1_700_000_000) * 1000);

  function fail(response: ServerResponse, status: number, code: string): void {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(
      `<?xml version="1.0"?><Error><Code>${code}</Code><Message>secret-bucket-policy</Message></Error>`,
    );
  }

  function list(url: URL, response: ServerResponse): void {
    const prefix = url.searchParams.get('prefix') ?? '';
    const after = url.searchParams.get('continuation-token') ?? '';
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    const left = keys.filter((key) => key > after);
    const page = left.slice(0, 3);
    const isCut = left.length > page.length;
    const encode = (key: string) =>
      url.searchParams.get('encoding-type') === 'url'
        ? encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/')
        : text(key);
    const contents = page.map((key) => {
      const content = objects.get(key)!;
      const size = Buffer.isBuffer(content) ? content.length : 5;
      return `<Contents><Key>${encode(key)}</Key><LastModified>${timeOf(key).toISOString()}</LastModified><ETag>${text(etagOf(content))}</ETag><Size>${size}</Size></Contents>`;
    });
    const next = isCut ? `<NextContinuationToken>${text(page.at(-1)!)}</NextContinuationToken>` : '';
    response.end(
      `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>uploads</Name><EncodingType>url</EncodingType><IsTruncated>${isCut}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
    );
  }

  function get(key: string, response: ServerResponse): void {
    const content = objects.get(key);
    if (content === 'silent') return;
    if (content === undefined || (typeof content === 'object' && 'code' in content)) {
      const { status, code } = content ?? { status: 404, code: 'NoSuchKey' };
      fail(response, status, code);
      return;
    }
    response.setHeader('etag', etagOf(content)).setHeader('last-modified', timeOf(key).toUTCString());
    const encoding = encodings.get(key);
    if (encoding !== undefined) response.setHeader('content-encoding', encoding);
    if (Buffer.isBuffer(content)) response.end(content);
    else if (content === 'cut') {
      response.setHeader('content-length', '1000');
      response.write('half', () => response.destroy());
    } else {
      const more = () => response.write(Buffer.alloc(65_536), (error) => error ?? more());
      more();
    }
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    // As it was sent: `..` means nothing in a key.
    const [, bucket = '', ...rest] = (request.url ?? '/').split('?')[0]!.split('/');
    const key = decodeURIComponent(rest.join('/'));
    asked.push(`${request.method} ${key || `?${url.searchParams.get('prefix') ?? ''}`}`);
    result.headers = request.headers;
    response.on('error', () => {});
    if (bucket !== 'uploads') fail(response, 404, 'NoSuchBucket');
    else if (!request.headers.authorization) fail(response, 403, 'AccessDenied');
    else if (url.searchParams.get('list-type') === '2') list(url, response);
    else get(key, response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const result: S3TestServer = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    objects,
    times,
    encodings,
    headers: {},
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
  return result;
}
