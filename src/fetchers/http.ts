import { setTimeout as delay } from 'node:timers/promises';
import { Agent, type Dispatcher } from 'undici';
import { StageError } from '../core/errors.js';
import { guardedConnector, type Lookup, type Refusal, refusalOf, systemLookup } from './address-guard.js';
import { startDeadline } from './deadline.js';
import { HostGates, type Sleep } from './host-gate.js';
import { discard, readBody } from './http-body.js';
import { HttpFailure, httpFailure } from './http-failure.js';
import { conditions, versionOf } from './http-version.js';
import type { Fetcher, FetchLimits } from './types.js';

export interface HttpOptions extends FetchLimits {
  /** Sent as it is: `hashsieve/1.2.3`. */
  readonly userAgent: string;
  /** Also fetch from private, loopback and unique-local addresses. Default false. */
  readonly allowPrivate?: boolean;
  /** Requests at a time to one host name. Default 4. */
  readonly perHost?: number;
  /** Further tries after 429, 5xx and network errors. Default 2. */
  readonly retries?: number;
  /** What tests replace. */
  readonly seams?: Partial<HttpSeams>;
}

/** Everything outside of this module that decides what a fetch does. */
export interface HttpSeams {
  readonly lookup: Lookup;
  readonly refusal: Refusal;
  readonly sleep: Sleep;
  /** Milliseconds that only move forward. */
  readonly now: () => number;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  /** PEM certificates trusted in place of the system's. */
  readonly ca: string;
  /** Milliseconds to connect; until the headers are there; between two pieces of the body. */
  readonly phases: { readonly connect: number; readonly headers: number; readonly body: number };
}

const maxRedirects = 5;
/** A host that asks for a longer pause is not waited for. */
const maxRetryAfterSeconds = 60;
const redirects = new Set([301, 302, 303, 307, 308]);

type Body = { readonly bytes: Uint8Array; readonly version?: string };
type Step = Body | { readonly next: URL } | 'unchanged';

/**
 * Fetches over HTTP and HTTPS. Sends no cookies, no referrer, no credentials; uses no proxy and no environment
 * variable; follows redirects itself, so that the address guard sees every hop.
 */
export function httpFetcher(options: HttpOptions): Fetcher {
  const { seams = {}, perHost = 4, retries = 2, allowPrivate = false, maxBytes, timeoutSeconds } = options;
  const now = seams.now ?? (() => performance.now());
  const random = seams.random ?? Math.random;
  const sleep = seams.sleep ?? ((ms, signal) => delay(ms, undefined, signal ? { signal } : {}));
  const phases = seams.phases ?? { connect: 10_000, headers: 20_000, body: 20_000 };
  const gates = new HostGates(perHost, now, sleep);
  const agent = new Agent({
    connect: guardedConnector({
      lookup: seams.lookup ?? systemLookup,
      refusal: seams.refusal ?? ((address) => refusalOf(address, allowPrivate)),
      timeoutMs: phases.connect,
      ...(seams.ca === undefined ? {} : { ca: seams.ca }),
    }),
    connections: perHost,
    pipelining: 1,
    headersTimeout: phases.headers,
    bodyTimeout: phases.body,
  });
  const outOfTime = () => new HttpFailure('time-out', `took longer than ${timeoutSeconds} s`, false);
  const headers = {
    'user-agent': options.userAgent,
    accept: 'image/*,*/*;q=0.8',
    'accept-encoding': 'gzip, br',
  };

  /** One request and what it leads to. */
  async function request(url: URL, signal: AbortSignal, unless?: string): Promise<Step> {
    const asked = conditions(url, unless);
    const response = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      headers: { ...headers, ...asked },
      signal,
    });
    const { statusCode: status } = response;
    if (status === 200 || status === 203) {
      const version = versionOf(url, response.headers);
      const bytes = await readBody(response.body, response.headers, maxBytes);
      return { bytes, ...(version === undefined ? {} : { version }) };
    }
    discard(response.body);
    if (status === 304 && Object.keys(asked).length > 0) return 'unchanged';
    const location = response.headers.location;
    if (redirects.has(status) && typeof location === 'string') return { next: redirectTarget(location, url) };
    const again = status === 429 || status >= 500;
    throw new HttpFailure(
      `http-${status}`,
      `the server answered ${status}`,
      again && mayRetry(url, response),
    );
  }

  /** Notes how long the host asks to be left alone; false where that is too long to wait. */
  function mayRetry(url: URL, response: Dispatcher.ResponseData): boolean {
    const seconds = retryAfter(response.headers['retry-after'], Date.now());
    if (seconds > maxRetryAfterSeconds) return false;
    gates.pause(url.hostname, seconds * 1000);
    return true;
  }

  /** One try: the request and its redirects. `left` is what remains of the time limit, in milliseconds. */
  async function attempt(
    start: URL,
    clock: { left: number },
    outer?: AbortSignal,
    unless?: string,
  ): Promise<Body | undefined> {
    let url = start;
    for (let hop = 0; hop <= maxRedirects; hop++) {
      const step = await gates.run(url.hostname, outer, async () => {
        if (clock.left <= 0) throw outOfTime();
        const begun = now();
        const deadline = startDeadline(clock.left, outer);
        try {
          return await request(url, deadline.signal, unless);
        } catch (error) {
          outer?.throwIfAborted();
          if (deadline.expired()) throw outOfTime();
          throw httpFailure(error);
        } finally {
          deadline.clear();
          clock.left -= now() - begun;
        }
      });
      if (step === 'unchanged') return undefined;
      if ('bytes' in step) return step;
      url = step.next;
    }
    throw new StageError('fetch', 'too-many-redirects', `more than ${maxRedirects} redirects`);
  }

  async function withRetries(uri: string, signal?: AbortSignal, unless?: string): Promise<Body | undefined> {
    signal?.throwIfAborted();
    const url = fetchableUrl(uri);
    const clock = { left: timeoutSeconds * 1000 };
    for (let tries = 0; ; tries++) {
      try {
        return await attempt(url, clock, signal, unless);
      } catch (error) {
        signal?.throwIfAborted();
        const pause = 500 * 2 ** tries * (0.5 + random());
        if (!(error instanceof HttpFailure && error.retry && tries < retries && pause < clock.left))
          throw error;
        clock.left -= pause;
        await sleep(pause, signal);
      }
    }
  }

  return {
    schemes: ['http', 'https'],
    fetch: async (ref, signal) => ({ ref, ...(await withRetries(ref.uri, signal))! }),
    async refetch(ref, version, signal) {
      const body = await withRetries(ref.uri, signal, version);
      return body && { ref, ...body };
    },
    async close() {
      await agent.destroy();
    },
  };
}

function fetchableUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw new StageError('fetch', 'bad-url', 'not an http(s) URL');
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new StageError(
      'fetch',
      'bad-url',
      `${url.protocol.slice(0, 20)} URLs are not fetched, only http(s)`,
    );
  return url;
}

function redirectTarget(location: string, from: URL): URL {
  try {
    return fetchableUrl(location, from);
  } catch (error) {
    throw error instanceof StageError
      ? new StageError('fetch', 'bad-url', `redirected: ${error.message}`)
      : error;
  }
}

/** Seconds that a `Retry-After` header asks for (RFC 9110 §10.2.3); 0 where there is none that can be read. */
export function retryAfter(header: string | string[] | undefined, nowMs: number): number {
  if (typeof header !== 'string') return 0;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, (date - nowMs) / 1000);
}
