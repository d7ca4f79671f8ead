import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import type { GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { type S3Place, StageError } from '../core/index.js';
import { guardedSocketLookup, permittedAddresses, refusalOfOwn, systemLookup } from './address-guard.js';
import { startDeadline } from './deadline.js';
import { decoded, discard } from './http-body.js';
import { HttpFailure, httpFailure } from './http-failure.js';

/** How buckets are asked. */
export interface S3Options {
  /** URL of a store that is compatible with S3. Default: Amazon's. */
  readonly s3Endpoint?: string;
  readonly userAgent: string;
  /** Seconds for one request with its retries. */
  readonly timeoutSeconds: number;
}

/** One object of a listing. */
export interface S3Object {
  /** Key of the object. */
  readonly key: string;
  /** Size in bytes. */
  readonly size: number;
  readonly version?: string;
}

/** One page of a listing, and the token for the next page. */
export interface S3Listing {
  readonly objects: readonly S3Object[];
  readonly next?: string;
}

/** Reads buckets; never writes. Raises StageError('fetch', …). Close it, because it holds connections. */
export interface S3 {
  list(place: S3Place, after: string | undefined, signal?: AbortSignal): Promise<S3Listing>;
  /** Reads an object of at most `maxBytes` bytes. */
  get(
    place: S3Place,
    maxBytes: number,
    signal?: AbortSignal,
  ): Promise<{ bytes: Uint8Array; version?: string }>;
  close(): void;
}

/** The message for the case that the optional SDK is not installed. */
export const s3Missing =
  'buckets are read by @aws-sdk/client-s3, which is not installed: npm install @aws-sdk/client-s3';

/** Version of the optional SDK; undefined where it is not installed. */
export function s3ClientVersion(): string | undefined {
  try {
    const about = createRequire(import.meta.url)('@aws-sdk/client-s3/package.json') as { version: string };
    return about.version;
  } catch {
    return undefined;
  }
}

/** Loads the optional SDK. Raises StageError('fetch', 's3-client-missing') where it is not installed. */
async function sdk(): Promise<typeof import('@aws-sdk/client-s3')> {
  if (s3ClientVersion() === undefined) throw new StageError('fetch', 's3-client-missing', s3Missing);
  return import('@aws-sdk/client-s3');
}

/**
 * Version of an object, which changes whenever the bytes do: the ETag, and the time to the second, which is all that a
 * GET gives.
 */
function versionOf(etag: string | undefined, modified: Date | undefined): string | undefined {
  if (etag === undefined || etag === '' || modified === undefined) return undefined;
  return `${etag} ${Math.floor(modified.getTime() / 1000)}`;
}

interface SdkError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown };
}

const codes: Readonly<Record<string, readonly [code: string, message: string]>> = {
  NoSuchKey: ['not-found', 'there is no such object'],
  NotFound: ['not-found', 'there is no such object or bucket'],
  NoSuchBucket: ['not-found', 'there is no such bucket'],
  AccessDenied: ['permission-denied', 'the credentials do not allow it'],
  Forbidden: ['permission-denied', 'the credentials do not allow it'],
  InvalidAccessKeyId: ['permission-denied', 'the store does not know the credentials'],
  SignatureDoesNotMatch: ['permission-denied', 'the credentials are wrong'],
  ExpiredToken: ['permission-denied', 'the credentials have expired'],
  CredentialsProviderError: [
    'permission-denied',
    'no credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE',
  ],
  InvalidObjectState: ['archived', 'it lies in an archive: restore it first'],
  PermanentRedirect: ['wrong-region', 'the bucket is in another region: set AWS_REGION'],
  AuthorizationHeaderMalformed: ['wrong-region', 'the bucket is in another region: set AWS_REGION'],
  TimeoutError: ['time-out', 'the store was too slow'],
};

/**
 * Turns an error of the SDK into a StageError. The SDK's own message may name keys of the account, so it is only kept
 * as `cause`.
 */
function failure(error: unknown): StageError {
  if (error instanceof StageError) return error;
  const { name, code, message, $metadata } = (error ?? {}) as SdkError;
  const known = codes[String(name)] ?? codes[String(code)];
  if (known) return new StageError('fetch', known[0], known[1], { cause: error });
  if (/region is missing/i.test(String(message)))
    return new StageError('fetch', 'wrong-region', 'no region is known: set AWS_REGION', { cause: error });
  const status = $metadata?.httpStatusCode;
  if (status === 403) return new StageError('fetch', ...codes.AccessDenied!, { cause: error });
  if (status === 301) return new StageError('fetch', ...codes.PermanentRedirect!, { cause: error });
  if (typeof status === 'number' && status >= 400)
    return new StageError('fetch', `http-${status}`, `the store answered ${status}`, { cause: error });
  const undone = httpFailure(error);
  if (undone instanceof HttpFailure && undone.code === 'read-error') return undone;
  const what = typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code) ? ` (${code})` : '';
  return new StageError('fetch', 'network-error', `no valid answer of the store${what}`, { cause: error });
}

/** Reads the bytes of an object as a browser would see them: undoes its content encoding. */
async function readAtMost(
  { Body, ContentLength: length, ContentEncoding = '' }: GetObjectCommandOutput,
  maxBytes: number,
): Promise<Uint8Array> {
  const body = Body as Readable;
  async function* whole() {
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      yield chunk;
    }
    if (length !== undefined && size !== length)
      throw new StageError('fetch', 'network-error', 'the answer of the store broke off');
  }
  try {
    if (length !== undefined && length > maxBytes)
      throw new StageError('fetch', 'too-large', `larger than ${maxBytes} bytes`);
    // `aws-chunked` only describes how an upload was signed; some stores keep it.
    const encoding = ContentEncoding.replace(/\baws-chunked\b/gi, '');
    const chunks: Buffer[] = [];
    for await (const chunk of decoded(whole(), encoding, maxBytes)) chunks.push(chunk);
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  } finally {
    discard(body);
  }
}

interface Connection {
  readonly lib: Awaited<ReturnType<typeof sdk>>;
  readonly client: S3Client;
}

/**
 * Connects to the store. Raises StageError('fetch', …) for an endpoint that must not be asked, and where the SDK is not
 * installed.
 */
async function connect({ s3Endpoint: endpoint, userAgent }: S3Options): Promise<Connection> {
  const lib = await sdk();
  if (endpoint !== undefined) {
    // A socket that connects to an IP address does not call `lookup`.
    const hostname = new URL(endpoint).hostname.replace(/^\[|\]$/g, '');
    await permittedAddresses(hostname, systemLookup, refusalOfOwn);
  }
  const agent = { lookup: guardedSocketLookup(refusalOfOwn) };
  const settings = {
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    customUserAgent: userAgent.replace(/[^!-~]+/g, ''),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: 10_000,
      requestTimeout: 20_000,
      httpAgent: agent,
      httpsAgent: agent,
    },
    maxAttempts: 3,
  } as const;
  const client = new lib.S3Client(settings);
  const hasRegion = await client.config.region().then(
    () => true,
    () => false,
  );
  if (hasRegion || endpoint === undefined) return { lib, client };
  // Most stores that are compatible with S3 have no regions, but the SDK requires one.
  return { lib, client: new lib.S3Client({ ...settings, region: 'us-east-1' }) };
}

/** Lists one page of a bucket; `after` is the token of the page before. */
async function listPage(
  { lib, client }: Connection,
  { bucket, key: prefix }: S3Place,
  after: string | undefined,
  abortSignal: AbortSignal,
): Promise<S3Listing> {
  const answer = await client.send(
    new lib.ListObjectsV2Command({
      Bucket: bucket,
      Prefix: prefix,
      // Keys may contain characters that XML cannot hold.
      EncodingType: 'url',
      ...(after === undefined ? {} : { ContinuationToken: after }),
    }),
    { abortSignal },
  );
  const objects = (answer.Contents ?? []).map(({ Key = '', Size = 0, ETag, LastModified }) => {
    const version = versionOf(ETag, LastModified);
    const key = answer.EncodingType === 'url' ? decodeURIComponent(Key.replaceAll('+', ' ')) : Key;
    return { key, size: Size, ...(version === undefined ? {} : { version }) };
  });
  const next = answer.IsTruncated ? answer.NextContinuationToken : undefined;
  if (answer.IsTruncated && !next)
    throw new StageError('fetch', 'network-error', 'the store says that there is more, and not where');
  return { objects, ...(next === undefined ? {} : { next }) };
}

async function getObject(
  { lib, client }: Connection,
  { bucket, key }: S3Place,
  maxBytes: number,
  abortSignal: AbortSignal,
): ReturnType<S3['get']> {
  const answer = await client.send(new lib.GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
  const version = versionOf(answer.ETag, answer.LastModified);
  const bytes = await readAtMost(answer, maxBytes);
  return { bytes, ...(version === undefined ? {} : { version }) };
}

/**
 * Reads buckets with the credentials and region that Amazon's tools use (environment, profile, instance). The operator
 * chooses the endpoint, which may be in any network but must not be a cloud's metadata service.
 */
export function openS3(options: S3Options): S3 {
  let opened: Promise<Connection> | undefined;
  async function inTime<T>(
    signal: AbortSignal | undefined,
    work: (connection: Connection, inner: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const deadline = startDeadline(options.timeoutSeconds * 1000, signal);
    try {
      opened ??= connect(options);
      return await work(await opened, deadline.signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (deadline.expired())
        throw new StageError('fetch', 'time-out', `took longer than ${options.timeoutSeconds} s`);
      throw failure(error);
    } finally {
      deadline.clear();
    }
  }
  return {
    list: (place, after, signal) =>
      inTime(signal, (connection, inner) => listPage(connection, place, after, inner)),
    get: (place, maxBytes, signal) =>
      inTime(signal, (connection, inner) => getObject(connection, place, maxBytes, inner)),
    close() {
      opened?.then(
        ({ client }) => client.destroy(),
        () => {},
      );
    },
  };
}
