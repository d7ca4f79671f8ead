import { isUtf8 } from 'node:buffer';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, type Dispatcher } from 'undici';
import { monotonic } from '../core/clock.js';
import { StageError } from '../core/errors.js';
import type { FetchLimits } from '../fetchers/types.js';
import { guardedConnector, type Lookup, type Refusal, refusalOf, systemLookup } from './address-guard.js';
import { startDeadline } from './deadline.js';
import { HostGates, type Sleep } from './host-gate.js';
import { discard, readBody } from './http-body.js';
import { HttpFailure, httpFailure } from './http-failure.js';
import { conditions, versionOf } from './http-version.js';

export interface HttpOptions extends FetchLimits {
  /** Sent as it is: `hashsieve/1.2.3`. */
  readonly userAgent: string;
  /** What is wanted, for the header `Accept`. Default: pictures. */
  readonly accept?: string;
  /** Also fetch from private, loopback and unique-local addresses. Default false. */
  readonly allowPrivate?: boolean;
  /** Requests at a time to one host name. Default 4. */
  readonly perHost?: number;
  /** Requests a second to one host name, at most. Default: as many as the host answers. */
  readonly rate?: number;
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

/** What a URL gave. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly version?: string;
  /** The URL that answered, after redirects. */
  readonly url: URL;
  /** As the server calls it, which may be wrong. */
  readonly contentType?: string;
}

export interface Get {
  readonly signal?: AbortSignal | undefined;
  /** Answer `undefined` where it is still at this version. */
  readonly unless?: string | undefined;
  /** Bytes, in place of the client's own limit. */
  readonly maxBytes?: number | undefined;
  /** False for a redirect that must not be followed. */
  readonly mayFollow?: ((to: URL) => boolean) | undefined;
}

/** Holds connections: close it. */
export interface HttpClient {
  /** As `Fetcher.fetch`; also raises the code `redirected-off-site`. */
  get(uri: string, options?: Get): Promise<Body | undefined>;
  /** Leaves at least this time between two requests to a host from now on, in milliseconds. */
  pace(host: string, milliseconds: number): void;
  close(): Promise<void>;
}

/** Every client of a process takes turns with the others: a host cannot tell them apart. */
const gatesOfProcess = new Map<string, HostGates>();

function sharedGates(perHost: number, rate: number | undefined): HostGates {
  const key = `${perHost} ${rate}`;
  const gates = gatesOfProcess.get(key) ?? new HostGates(perHost, monotonic, pausing, rate);
  gatesOfProcess.set(key, gates);
  return gates;
}

const pausing: Sleep = (ms, signal) => delay(ms, undefined, signal ? { signal } : {});

type Step = Body | { readonly next: URL } | 'unchanged';

/**
 * Fetches over HTTP and HTTPS. Sends no cookies, no referrer, no credentials; uses no proxy and no environment
 * variable; follows redirects itself, so that the address guard sees every hop.
 */
export function httpClient(options: HttpOptions): HttpClient {
  const { seams, perHost = 4, rate, retries = 2, allowPrivate = false, maxBytes, timeoutSeconds } = options;
  const { now = monotonic, sleep = pausing, random = Math.random } = seams ?? {};
  const phases = seams?.phases ?? { connect: 10_000, headers: 20_000, body: 20_000 };
  const gates = seams ? new HostGates(perHost, now, sleep, rate) : sharedGates(perHost, rate);
  const agent = new Agent({
    connect: guardedConnector({
      lookup: seams?.lookup ?? systemLookup,
      refusal: seams?.refusal ?? ((address) => refusalOf(address, allowPrivate)),
      timeoutMs: phases.connect,
      ...(seams?.ca === undefined ? {} : { ca: seams.ca }),
    }),
    connections: perHost,
    pipelining: 1,
    headersTimeout: phases.headers,
    bodyTimeout: phases.body,
  });
  const outOfTime = () => new HttpFailure('time-out', `took longer than ${timeoutSeconds} s`, false);
  const headers = {
    'user-agent': options.userAgent,
    accept: options.accept ?? 'image/*,*/*;q=0.8',
    'accept-encoding': 'gzip, br',
  };

  /** One request and what it leads to. */
  async function request(url: URL, signal: AbortSignal, get: Get): Promise<Step> {
    const asked = conditions(url, get.unless);
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
      const bytes = await readBody(response.body, response.headers, get.maxBytes ?? maxBytes);
      const type = response.headers['content-type'];
      return {
        bytes,
        url,
        ...(version === undefined ? {} : { version }),
        ...(typeof type === 'string' ? { contentType: type } : {}),
      };
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
  async function attempt(start: URL, clock: { left: number }, asked: Get): Promise<Body | undefined> {
    const { signal: outer, mayFollow } = asked;
    let url = start;
    for (let hop = 0; hop <= maxRedirects; hop++) {
      const step = await gates.run(url.hostname, outer, async () => {
        if (clock.left <= 0) throw outOfTime();
        const begun = now();
        const deadline = startDeadline(clock.left, outer);
        try {
          return await request(url, deadline.signal, asked);
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
      if (mayFollow?.(step.next) === false)
        throw new StageError(
          'fetch',
          'redirected-off-site',
          `it leads to ${step.next.hostname}, which is another site; --hosts ${step.next.hostname} allows that`,
        );
      url = step.next;
    }
    throw new StageError('fetch', 'too-many-redirects', `more than ${maxRedirects} redirects`);
  }

  async function withRetries(uri: string, asked: Get = {}): Promise<Body | undefined> {
    const { signal } = asked;
    signal?.throwIfAborted();
    const url = fetchableUrl(uri);
    const clock = { left: timeoutSeconds * 1000 };
    for (let tries = 0; ; tries++) {
      try {
        return await attempt(url, clock, asked);
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
    get: withRetries,
    pace: (host, milliseconds) => gates.pace(host, milliseconds),
    async close() {
      await agent.destroy();
    },
  };
}

/** What is asked for: without the credentials and the fragment, which go to no server and into no record. */
function fetchableUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw new StageError('fetch', 'bad-url', 'not an http(s) URL');
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new StageError(
      'fetch',
      'bad-url',
      `${url.protocol.slice(0, 20)} URLs are not fetched, only http(s)`,
    );
  url.username = url.password = url.hash = '';
  return url;
}

/** A header is read as Latin-1, and servers send UTF-8 in it against the rules. */
function asSent(header: string): string {
  const bytes = Buffer.from(header, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : header;
}

function redirectTarget(location: string, from: URL): URL {
  try {
    return fetchableUrl(asSent(location), from);
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
