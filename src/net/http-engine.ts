import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, FormData } from 'undici';
import { guardedConnector, type Lookup, type Refusal, systemLookup } from './address-guard.js';
import { bodyPieces, discard, readBody } from './http-body.js';
import { httpFailure } from './http-failure.js';

/** How an engine connects. */
export interface EngineOptions {
  /** Gives the reason why nobody may connect to an address. It judges every address of a host, for every connection. */
  readonly refusal: Refusal;
  /** Default: the resolver of the operating system. */
  readonly lookup?: Lookup | undefined;
  /** PEM certificates that are trusted instead of the system's. */
  readonly ca?: string | undefined;
  /** Time limits in milliseconds: for the connection, for the headers, and between two pieces of the body. */
  readonly phases: { readonly connect: number; readonly headers: number; readonly body: number };
  /** Simultaneous connections to one origin. Default: no limit. */
  readonly connections?: number;
  /**
   * False opens a connection for every request, so that no request fails on an idle connection that the server closed.
   * Default: true.
   */
  readonly keepAlive?: boolean;
}

/** One request. It has no cookies, no referrer, no proxy, and no headers except these. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** http or https. Credentials and fragment are not sent. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text, bytes, or the fields of a `multipart/form-data` form. */
  readonly body?: string | Uint8Array | { readonly form: Readonly<Record<string, string | File>> };
  readonly signal?: AbortSignal | undefined;
}

/** What a server answered. Read the body or discard it, because the connection stays occupied until then. */
export interface HttpAnswer {
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Value of a header by its name; several values are joined by commas. */
  header(name: string): string | undefined;
  /**
   * The body in pieces, with its content encoding undone. `maxBytes` applies to the bytes on the wire and to the
   * decoded ones. Raises HttpFailure: `too-large`, `read-error`, `time-out`, `network-error`.
   */
  pieces(maxBytes: number): AsyncGenerator<Uint8Array>;
  /** The whole body, as `pieces` yields it. */
  whole(maxBytes: number): Promise<Uint8Array>;
  /** Drops the rest of the body and closes the connection. */
  discard(): void;
  /** Reads a short body to its end and drops it, so that the connection can be used again. */
  drain(): Promise<void>;
}

/** All HTTP of hashsieve, except for buckets, goes through an engine. Close it, because it holds connections. */
export interface HttpEngine {
  /**
   * Sends one request. Verifies TLS and follows no redirect. Raises HttpFailure, which says whether another try may
   * succeed, and the reason of `signal`.
   */
  request(asked: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** Opens an engine, which connects when it is first needed. */
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
          ...(body === undefined
            ? {}
            : { body: typeof body === 'string' || body instanceof Uint8Array ? body : formOf(body.form) }),
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

/** The URL that a redirect gives, as the server wrote it; undefined where the answer is no redirect. */
export function locationOf({ status, headers: { location } }: HttpAnswer): string | undefined {
  if (!redirects.has(status) || typeof location !== 'string') return undefined;
  // Node reads headers as Latin-1, and some servers send UTF-8 in them against the rules.
  const bytes = Buffer.from(location, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : location;
}

/** The most redirects that are followed for one request. */
export const maxRedirects = 5;

/**
 * Calls `ask` with `start` and with every URL that it redirects to: `ask` returns the next URL or the result.
 * @param tooMany makes the error for more than `maxRedirects` redirects.
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

/** Calls `ask` again after an error as long as `pauseAfter` returns a pause in milliseconds. */
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

/** Seconds that a `Retry-After` header asks for (RFC 9110 §10.2.3); 0 where it is absent or unreadable. */
export function retryAfter(header: string | string[] | undefined, nowMs: number): number {
  if (typeof header !== 'string') return 0;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, (date - nowMs) / 1000);
}
