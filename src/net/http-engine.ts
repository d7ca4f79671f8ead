import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, FormData } from 'undici';
import { guardedConnector, type Lookup, type Refusal, systemLookup } from './address-guard.js';
import { bodyPieces, discard, readBody } from './http-body.js';
import { httpFailure } from './http-failure.js';

/** How an engine connects. */
export interface EngineOptions {
  /** Why an address must not be connected to. It judges every address of a host, for every connection. */
  readonly refusal: Refusal;
  /** Default: the operating system's resolver. */
  readonly lookup?: Lookup | undefined;
  /** PEM certificates trusted in place of the system's. */
  readonly ca?: string | undefined;
  /** Milliseconds to connect; until the headers are there; between two pieces of the body. */
  readonly phases: { readonly connect: number; readonly headers: number; readonly body: number };
  /** Connections to one origin at a time. Default: no limit. */
  readonly connections?: number;
  /** False gives every request a connection of its own, so that none fails because an idle one was closed. Default true. */
  readonly keepAlive?: boolean;
}

/** One request. No cookies, no referrer, no proxy, no header but these. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** http or https. Credentials and fragment are not sent. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, or the fields of a `multipart/form-data` form. */
  readonly body?: string | { readonly form: Readonly<Record<string, string | File>> };
  readonly signal?: AbortSignal | undefined;
}

/** What a server answered. Read the body or discard it: the connection waits for that. */
export interface HttpAnswer {
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Values of one name are joined by commas. */
  header(name: string): string | undefined;
  /**
   * The body piece by piece, content encoding undone; `maxBytes` holds for the bytes on the wire and for the decoded ones.
   * Raises HttpFailure: `too-large`, `read-error`, `time-out`, `network-error`.
   */
  pieces(maxBytes: number): AsyncGenerator<Uint8Array>;
  /** The whole body, as `pieces` gives it. */
  whole(maxBytes: number): Promise<Uint8Array>;
  /** Drops what is left of the body, and the connection with it. */
  discard(): void;
  /** Reads a short body to its end and drops it, so that the connection can be used again. */
  drain(): Promise<void>;
}

/** The one way to speak HTTP. Holds connections: close it. */
export interface HttpEngine {
  /**
   * Sends one request, verifies TLS, follows nothing. Raises HttpFailure, which says whether another try may help, and
   * what `signal` aborts with.
   */
  request(asked: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** Opens an engine: connections are made when they are needed. */
export function httpEngine({
  refusal,
  lookup = systemLookup,
  ca,
  phases,
  connections,
  keepAlive = true,
}: EngineOptions): HttpEngine {
  const agent = new Agent({
    connect: guardedConnector({
      lookup,
      refusal,
      timeoutMs: phases.connect,
      ...(ca === undefined ? {} : { ca }),
    }),
    ...(connections === undefined ? {} : { connections }),
    pipelining: keepAlive ? 1 : 0,
    headersTimeout: phases.headers,
    bodyTimeout: phases.body,
  });
  return {
    async request({ method, url, headers, body, signal }) {
      try {
        const response = await agent.request({
          origin: url.origin,
          path: url.pathname + url.search,
          method,
          ...(headers === undefined ? {} : { headers }),
          ...(body === undefined ? {} : { body: typeof body === 'string' ? body : formOf(body.form) }),
          ...(signal === undefined ? {} : { signal }),
        });
        return answerOf(url, response, signal);
      } catch (error) {
        throw signal?.aborted ? error : httpFailure(error);
      }
    },
    close: () => agent.destroy(),
  };
}

function formOf(fields: Readonly<Record<string, string | File>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
}

type Response = Awaited<ReturnType<Agent['request']>>;

function answerOf(
  url: URL,
  { statusCode: status, headers, body }: Response,
  signal?: AbortSignal,
): HttpAnswer {
  const failed = (error: unknown) => (signal?.aborted ? error : httpFailure(error));
  return {
    url,
    status,
    headers,
    header(name) {
      const value = headers[name];
      return Array.isArray(value) ? value.join(',') : value;
    },
    async *pieces(maxBytes) {
      try {
        yield* bodyPieces(body, headers, maxBytes);
      } catch (error) {
        throw failed(error);
      }
    },
    async whole(maxBytes) {
      try {
        return await readBody(body, headers, maxBytes);
      } catch (error) {
        throw failed(error);
      }
    },
    discard: () => discard(body),
    drain: () => body.dump({ limit: 1 << 16, ...(signal === undefined ? {} : { signal }) }).catch(() => {}),
  };
}

const redirects = new Set([301, 302, 303, 307, 308]);

/** Where a redirect leads, as the server wrote it; undefined where the answer is none. */
export function locationOf({ status, headers: { location } }: HttpAnswer): string | undefined {
  if (!redirects.has(status) || typeof location !== 'string') return undefined;
  // A header is read as Latin-1, and servers send UTF-8 in it against the rules.
  const bytes = Buffer.from(location, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : location;
}

/** Redirects that one request may lead to. */
export const maxRedirects = 5;

/**
 * What `ask` comes to at `start` or where that redirects to: `ask` answers with the next URL or with the result.
 * @param tooMany the error for more than `maxRedirects` redirects.
 */
export async function followRedirects<T extends object>(
  start: URL,
  ask: (url: URL) => Promise<T | URL>,
  tooMany: (message: string) => Error,
): Promise<T> {
  let url = start;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const answer = await ask(url);
    if (!(answer instanceof URL)) return answer;
    url = answer;
  }
  throw tooMany(`more than ${maxRedirects} redirects`);
}

/** What `ask` comes to; after an error it is tried again for as long as `pauseAfter` gives a pause, in milliseconds. */
export async function retrying<T>(
  ask: () => Promise<T>,
  pauseAfter: (error: unknown, tries: number) => number | undefined,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      const pause = pauseAfter(error, tries);
      if (pause === undefined) throw error;
      await sleep(pause);
    }
  }
}

/** Seconds that a `Retry-After` header asks for (RFC 9110 §10.2.3); 0 where there is none that can be read. */
export function retryAfter(header: string | string[] | undefined, nowMs: number): number {
  if (typeof header !== 'string') return 0;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, (date - nowMs) / 1000);
}
