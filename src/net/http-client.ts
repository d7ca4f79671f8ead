import { setTimeout as delay } from 'node:timers/promises';
import { monotonic, StageError } from '../core/index.js';
import { type Lookup, type Refusal, refusalOf } from './address-guard.js';
import { startDeadline } from './deadline.js';
import { HostGates, type Sleep } from './host-gate.js';
import {
  followRedirects,
  type HttpAnswer,
  type HttpEngine,
  httpEngine,
  locationOf,
  retryAfter,
  retrying,
} from './http-engine.js';
import { HttpFailure } from './http-failure.js';
import { conditions, versionOf } from './http-version.js';
import type { FetchLimits } from './types.js';

/** How a client asks web servers. */
export interface HttpOptions extends FetchLimits {
  /** Sent unchanged: `hashsieve/1.2.3`. */
  readonly userAgent: string;
  /** Value of the header `Accept`. Default: pictures. */
  readonly accept?: string;
  /** True to fetch from private, loopback and unique-local addresses too. Default: false. */
  readonly allowPrivate?: boolean;
  /** Simultaneous requests to one host name. Default: 4. */
  readonly perHost?: number;
  /** Most requests a second to one host name. Default: no limit. */
  readonly rate?: number;
  /** Number of further tries after 429, 5xx and network errors. Default: 2. */
  readonly retries?: number;
  /** Replaced by tests. */
  readonly seams?: Partial<HttpSeams>;
}

/** Everything outside this module on which a fetch depends. */
export interface HttpSeams {
  readonly lookup: Lookup;
  readonly refusal: Refusal;
  readonly sleep: Sleep;
  /** Milliseconds of a clock that only moves forward. */
  readonly now: () => number;
  /** Returns x with 0 ≤ x < 1. */
  readonly random: () => number;
  /** PEM certificates that are trusted instead of the system's. */
  readonly ca: string;
  /** Time limits in milliseconds: for the connection, for the headers, and between two pieces of the body. */
  readonly phases: { readonly connect: number; readonly headers: number; readonly body: number };
}

/** Where a host asks for a longer pause, the fetch fails instead of waiting. */
const maxRetryAfterSeconds = 60;

/** What a server answered at a URL. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly version?: string;
  /** The URL that answered, after redirects. */
  readonly url: URL;
  /** The type that the server gives, which may be wrong. */
  readonly contentType?: string;
  /** True where the server broke off at every attempt: the bytes are those that came. */
  readonly isCut?: true;
}

/** Options of one fetch. */
export interface Get {
  readonly signal?: AbortSignal | undefined;
  /** Return `undefined` where the asset still has this version. */
  readonly unless?: string | undefined;
  /** Limit in bytes that replaces the client's own. */
  readonly maxBytes?: number | undefined;
  /** Returns false for a redirect that must not be followed. */
  readonly mayFollow?: ((to: URL) => boolean) | undefined;
}

/** Fetches over HTTP and HTTPS. Close it, because it holds connections. */
export interface HttpClient {
  /** Fetches a URL, as `Fetcher.fetch`; also raises the code `redirected-off-site`. */
  get(uri: string, options?: Get): Promise<Body | undefined>;
  /** From now on leaves at least this many milliseconds between two requests to a host. */
  pace(host: string, milliseconds: number): void;
  close(): Promise<void>;
}

/** All clients of a process share these limits, because a host cannot tell the clients apart. */
const gatesOfProcess = new Map<string, HostGates>();

function sharedGates(perHost: number, rate: number | undefined): HostGates {
  const key = `${perHost} ${rate}`;
  const gates = gatesOfProcess.get(key) ?? new HostGates(perHost, monotonic, pausing, rate);
  gatesOfProcess.set(key, gates);
  return gates;
}

const pausing: Sleep = (ms, signal) => delay(ms, undefined, signal ? { signal } : {});

/** A body without a known length that its server broke off. A browser would show the part that came. */
class CutBody extends HttpFailure {
  constructor(
    readonly body: Body,
    cause: HttpFailure,
  ) {
    super(cause.code, cause.message, true, { cause });
  }
}

/** The outcome of one request: the body, the next URL, or that nothing changed. */
type Step = Body | URL | { readonly unchanged: true };

/** The time left for one asset in milliseconds, without the time spent waiting for its host's turn. */
interface Clock {
  left: number;
}

/**
 * Makes a client that fetches over HTTP and HTTPS. It sends no cookies, referrer or credentials, uses no proxy and no
 * environment variable, and follows redirects itself, so that the address guard checks every one.
 */
export const httpClient = (options: HttpOptions): HttpClient => new FetchingClient(options);

class FetchingClient implements HttpClient {
  readonly #engine: HttpEngine;
  readonly #gates: HostGates;
  readonly #now: () => number;
  readonly #sleep: Sleep;

  constructor(private readonly options: HttpOptions) {
    const { seams, perHost = 4, rate, allowPrivate = false } = options;
    this.#now = seams?.now ?? monotonic;
    this.#sleep = seams?.sleep ?? pausing;
    this.#gates = seams ? new HostGates(perHost, this.#now, this.#sleep, rate) : sharedGates(perHost, rate);
    this.#engine = httpEngine({
      refusal: seams?.refusal ?? ((address) => refusalOf(address, allowPrivate)),
      lookup: seams?.lookup,
      ca: seams?.ca,
      phases: seams?.phases ?? { connect: 10_000, headers: 20_000, body: 20_000 },
      connections: perHost,
    });
  }

  async get(uri: string, asked: Get = {}): Promise<Body | undefined> {
    const { signal } = asked;
    const { timeoutSeconds, retries = 2, seams } = this.options;
    signal?.throwIfAborted();
    const url = fetchableUrl(uri);
    const clock: Clock = { left: timeoutSeconds * 1000 };
    const found = await retrying(
      () => followRedirects(url, (next) => this.#hop(next, clock, asked), tooManyRedirects),
      (error, tries) => {
        signal?.throwIfAborted();
        const pause = 500 * 2 ** (tries - 1) * (0.5 + (seams?.random ?? Math.random)());
        const mayHelp = error instanceof HttpFailure && error.retry && tries <= retries;
        if (!mayHelp || pause >= clock.left) return undefined;
        clock.left -= pause;
        return pause;
      },
      (pause) => this.#sleep(pause, signal),
    ).catch((error: unknown) => {
      if (error instanceof CutBody) return error.body;
      throw error;
    });
    return 'unchanged' in found ? undefined : found;
  }

  pace(host: string, milliseconds: number): void {
    this.#gates.pace(host, milliseconds);
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  /** Sends one request when it is its host's turn, within the time that is left. */
  async #hop(url: URL, clock: Clock, asked: Get): Promise<Step> {
    const { signal: outer, mayFollow } = asked;
    const outOfTime = () =>
      new HttpFailure('time-out', `took longer than ${this.options.timeoutSeconds} s`, false);
    const step = await this.#gates.run(url.hostname, outer, async () => {
      if (clock.left <= 0) throw outOfTime();
      const begun = this.#now();
      const deadline = startDeadline(clock.left, outer);
      try {
        return await this.#ask(url, deadline.signal, asked);
      } catch (error) {
        outer?.throwIfAborted();
        if (deadline.expired()) throw outOfTime();
        throw error;
      } finally {
        deadline.clear();
        clock.left -= this.#now() - begun;
      }
    });
    if (step instanceof URL && mayFollow?.(step) === false)
      throw new StageError(
        'fetch',
        'redirected-off-site',
        `it leads to ${step.hostname}, which is another site; --hosts ${step.hostname} allows that`,
      );
    return step;
  }

  async #ask(url: URL, signal: AbortSignal, { unless, maxBytes }: Get): Promise<Step> {
    const { options } = this;
    const asked = conditions(url, unless);
    const answer = await this.#engine.request({
      method: 'GET',
      url,
      headers: {
        'user-agent': options.userAgent,
        accept: options.accept ?? 'image/*,*/*;q=0.8',
        'accept-encoding': 'gzip, br',
        ...asked,
      },
      signal,
    });
    const { status, headers } = answer;
    if (status === 200 || status === 203) {
      const version = versionOf(url, headers);
      const type = headers['content-type'];
      const about = { url, ...(type === undefined ? {} : { contentType: type }) };
      const pieces: Uint8Array[] = [];
      try {
        for await (const piece of answer.pieces(maxBytes ?? options.maxBytes)) pieces.push(piece);
      } catch (error) {
        if (!isCut(error, answer) || pieces.length === 0) throw error;
        throw new CutBody({ ...about, bytes: joined(pieces), isCut: true }, error);
      }
      return { ...about, bytes: joined(pieces), ...(version === undefined ? {} : { version }) };
    }
    answer.discard();
    if (status === 304 && Object.keys(asked).length > 0) return { unchanged: true };
    const location = locationOf(answer);
    if (location !== undefined) return redirectTarget(location, url);
    const again = (status === 429 || status >= 500) && this.#mayRetry(answer);
    throw new HttpFailure(`http-${status}`, `the server answered ${status}`, again);
  }

  /** Notes the pause that the host asks for; false where it is too long to wait. */
  #mayRetry({ url, headers }: HttpAnswer): boolean {
    const seconds = retryAfter(headers['retry-after'], Date.now());
    if (seconds > maxRetryAfterSeconds) return false;
    this.#gates.pause(url.hostname, seconds * 1000);
    return true;
  }
}

const joined = (pieces: readonly Uint8Array[]): Uint8Array =>
  pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);

/** True where a connection broke and nothing but its end marks the end of the body. */
const isCut = (error: unknown, { headers }: HttpAnswer): error is HttpFailure =>
  error instanceof HttpFailure &&
  error.code === 'network-error' &&
  !['content-length', 'transfer-encoding', 'content-encoding'].some((name) => name in headers);

const tooManyRedirects = (message: string) => new StageError('fetch', 'too-many-redirects', message);

/** The URL to ask for, without credentials and fragment, which no server and no record must get. */
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

function redirectTarget(location: string, from: URL): URL {
  try {
    return fetchableUrl(location, from);
  } catch (error) {
    throw error instanceof StageError
      ? new StageError('fetch', 'bad-url', `redirected: ${error.message}`)
      : error;
  }
}
