import { StageError } from '../core/index.js';
import {
  followRedirects,
  type HttpEngine,
  HttpFailure,
  httpEngine,
  locationOf,
  refusalOf,
  retryAfter,
} from '../net/index.js';
import { type Answer, type Asked, ExchangeFailure, type Service } from './types.js';

/** How one service is asked. */
export interface ServiceOptions {
  /** Address of the service. Credentials go to its origin only. */
  readonly url: string;
  /** Headers with the credentials. */
  readonly authorization: Readonly<Record<string, string>>;
  readonly userAgent: string;
  /**
   * True where the service is in the operator's own network: private and loopback addresses are then allowed, and http
   * to them.
   */
  readonly allowPrivate: boolean;
  /** Seconds for which the service may be silent. */
  readonly timeoutSeconds: number;
  /** Most bytes of one answer. */
  readonly maxBytes: number;
  /** Ends the requests. */
  readonly signal: AbortSignal;
  /** PEM certificates that are trusted instead of the system's; for tests. */
  readonly ca?: string;
}

/**
 * Asks one service, by the same rules as assets are fetched: checks every address, verifies TLS, uses no proxy and no
 * cookies. Sends credentials to the origin of `url` only; after a redirect away from it, they are not sent again.
 */
export const openService = (options: ServiceOptions): Service => new CheckedService(options);

class CheckedService implements Service {
  readonly #home: URL;
  readonly #engine: HttpEngine;

  constructor(private readonly options: ServiceOptions) {
    const home = new URL(options.url);
    const milliseconds = options.timeoutSeconds * 1000;
    this.#home = home;
    this.#engine = httpEngine({
      refusal: (address) => {
        // Without TLS nothing proves who answers, and eavesdroppers can read the list: http is refused on public
        // networks.
        if (home.protocol === 'http:' && refusalOf(address, false) === undefined)
          return 'public, without TLS';
        return refusalOf(address, options.allowPrivate);
      },
      ca: options.ca,
      phases: { connect: Math.min(milliseconds, 20_000), headers: milliseconds, body: milliseconds },
      connections: 4,
    });
  }

  async get(text: string, asked: Asked = {}): Promise<Answer> {
    const start = new URL(text);
    let trusted = start.origin === this.#home.origin;
    const ask = async (url: URL): Promise<Answer | URL> => {
      const answer = await this.#ask(url, asked, trusted);
      if (!(answer instanceof URL)) return answer;
      this.#refuseHop(url, answer, asked.anywhere === true);
      trusted &&= answer.origin === this.#home.origin;
      return answer;
    };
    return followRedirects(
      start,
      ask,
      (message) => new ExchangeFailure('too-many-redirects', message, false),
    );
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  async #ask(url: URL, asked: Asked, trusted: boolean): Promise<Answer | URL> {
    const { userAgent, authorization, maxBytes, signal } = this.options;
    const headers = {
      'user-agent': userAgent,
      'accept-encoding': 'gzip, br',
      ...asked.headers,
      ...(trusted ? authorization : {}),
    };
    const answer = await this.#engine.request({ method: 'GET', url, headers, signal }).catch((error) => {
      throw this.#failureOf(error);
    });
    const { status } = answer;
    if (status === 200 || asked.statuses?.includes(status)) {
      const at = new Date(answer.header('date') ?? '');
      return {
        status,
        header: answer.header,
        at: Number.isNaN(at.getTime()) ? undefined : at,
        body: this.#guarded(answer.pieces(maxBytes)),
        discard: () => void answer.drain(),
      };
    }
    answer.discard();
    const location = locationOf(answer);
    if (location !== undefined) {
      if (URL.canParse(location, url.href)) return new URL(location, url);
      throw new ExchangeFailure('bad-url', 'redirected to what is no address', false);
    }
    if (status === 401 || status === 403)
      throw new ExchangeFailure(`http-${status}`, `the service refuses the credentials (${status})`, false);
    const again = status === 429 || status >= 500;
    const pause = again ? retryAfter(answer.headers['retry-after'], Date.now()) : 0;
    throw new ExchangeFailure(`http-${status}`, `the service answered ${status}`, again, pause);
  }

  async *#guarded(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* pieces;
    } catch (error) {
      throw this.#failureOf(error);
    }
  }

  /**
   * Turns an error of the network into an ExchangeFailure; once the run is aborted, returns the abort's reason instead.
   */
  #failureOf(error: unknown): unknown {
    this.options.signal.throwIfAborted();
    if (error instanceof HttpFailure) return new ExchangeFailure(error.code, error.message, error.retry);
    if (error instanceof StageError) return new ExchangeFailure(error.code, error.message, false);
    return error;
  }

  #refuseHop(from: URL, to: URL, anywhere: boolean): void {
    const secure = to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:');
    if (!secure) throw new ExchangeFailure('bad-url', 'redirected away from https', false);
    if (to.origin !== this.#home.origin && !anywhere)
      throw new ExchangeFailure('redirected', 'the service redirects to another host', false);
  }
}
