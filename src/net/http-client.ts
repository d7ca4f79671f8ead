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

/** A host that asks for a longer pause is not waited for. */
const maxRetryAfterSeconds = 60;

/** What a URL gave. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly version?: string;
  /** The URL that answered, after redirects. */
  readonly url: URL;
  /** As the server calls it, which may be wrong. */
  readonly contentType?: string;
  /** True where the server broke off in it, each time that it was asked: these are the bytes that came. */
  readonly isCut?: true;
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

/** A body that its server broke off, of a length that nobody told: people see the part that came. */
class CutBody extends HttpFailure {
  constructor(
    readonly body: Body,
    cause: HttpFailure,
  ) {
    super(cause.code, cause.message, true, { cause });
  }
}

/** What one request leads to: the body, where to ask next, or nothing new. */
type Step = Body | URL | { readonly unchanged: true };

/** Milliseconds that are left for one asset, waiting for its host's turn excluded. */
interface Clock {
  left: number;
}

/**
 * Fetches over HTTP and HTTPS. Sends no cookies, no referrer, no credentials; uses no proxy and no environment
 * variable; follows redirects itself, so that the address guard sees every hop.
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

  /** One request in its host's turn, within the time that is left. */
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

  /** Notes how long the host asks to be left alone; false where that is too long to wait. */
  #mayRetry({ url, headers }: HttpAnswer): boolean {
    const seconds = retryAfter(headers['retry-after'], Date.now());
    if (seconds > maxRetryAfterSeconds) return false;
    this.#gates.pause(url.hostname, seconds * 1000);
    return true;
  }
}

const joined = (pieces: readonly Uint8Array[]): Uint8Array =>
  pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);

/** True where a connection broke that alone says where its body ends. */
const isCut = (error: unknown, { headers }: HttpAnswer): error is HttpFailure =>
  error instanceof HttpFailure &&
  error.code === 'network-error' &&
  !['content-length', 'transfer-encoding', 'content-encoding'].some((name) => name in headers);

const tooManyRedirects = (message: string) => new StageError('fetch', 'too-many-redirects', message);

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

function redirectTarget(location: string, from: URL): URL {
  try {
    return fetchableUrl(location, from);
  } catch (error) {
    throw error instanceof StageError
      ? new StageError('fetch', 'bad-url', `redirected: ${error.message}`)
      : error;
  }
}
