import { Agent } from 'undici';
import { StageError } from '../core/errors.js';
import { guardedConnector, refusalOf, systemLookup } from '../net/address-guard.js';
import { bodyPieces, discard } from '../net/http-body.js';
import { retryAfter } from '../net/http-client.js';
import { HttpFailure, httpFailure } from '../net/http-failure.js';
import { type Answer, type Asked, ExchangeFailure, type Service } from './types.js';

export interface ServiceOptions {
  /** Where credentials go, and nowhere else. */
  readonly url: string;
  /** Headers that prove who asks. */
  readonly authorization: Readonly<Record<string, string>>;
  readonly userAgent: string;
  /** The service is in a network of one's own: private and loopback addresses, and http to them. */
  readonly allowPrivate: boolean;
  /** Longest silence of the service. */
  readonly timeoutSeconds: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** PEM certificates trusted in place of the system's; for tests. */
  readonly ca?: string;
}

const maxRedirects = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Asks one service, by the rules of the fetcher of assets: every address is checked, TLS is verified, no proxy, no
 * cookies. Credentials are sent to the origin of `url` only; a redirect that leaves it loses them for good.
 */
export function openService(options: ServiceOptions): Service {
  const home = new URL(options.url);
  const milliseconds = options.timeoutSeconds * 1000;
  const agent = new Agent({
    connect: guardedConnector({
      lookup: systemLookup,
      refusal: (address) => {
        // Without TLS nothing proves who answers, and whoever listens reads the list: not over the open network.
        if (home.protocol === 'http:' && refusalOf(address, false) === undefined)
          return 'public, without TLS';
        return refusalOf(address, options.allowPrivate);
      },
      timeoutMs: Math.min(milliseconds, 20_000),
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    }),
    connections: 4,
    pipelining: 1,
    headersTimeout: milliseconds,
    bodyTimeout: milliseconds,
  });

  async function request(url: URL, asked: Asked, trusted: boolean): Promise<Answer | URL> {
    const response = await agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'GET',
      headers: {
        'user-agent': options.userAgent,
        'accept-encoding': 'gzip, br',
        ...asked.headers,
        ...(trusted ? options.authorization : {}),
      },
      signal: options.signal,
    });
    const { statusCode: status, headers, body } = response;
    const header = (name: string) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(',') : value;
    };
    if (status === 200 || asked.statuses?.includes(status)) {
      const at = new Date(header('date') ?? '');
      return {
        status,
        header,
        at: Number.isNaN(at.getTime()) ? undefined : at,
        body: guarded(bodyPieces(body, headers, options.maxBytes)),
        // To the end where that is near, so that the connection can be used again.
        discard: () => void body.dump({ limit: 1 << 16, signal: options.signal }).catch(() => {}),
      };
    }
    discard(body);
    const location = header('location');
    if (redirects.has(status) && location !== undefined) {
      if (URL.canParse(location, url.href)) return new URL(location, url);
      throw new ExchangeFailure('bad-url', 'redirected to what is no address', false);
    }
    if (status === 401 || status === 403)
      throw new ExchangeFailure(`http-${status}`, `the service refuses the credentials (${status})`, false);
    const again = status === 429 || status >= 500;
    const pause = again ? retryAfter(headers['retry-after'], Date.now()) : 0;
    throw new ExchangeFailure(`http-${status}`, `the service answered ${status}`, again, pause);
  }

  async function* guarded(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* pieces;
    } catch (error) {
      throw failureOf(error);
    }
  }

  /** What an error of the network is; once the run is aborted, its reason instead. */
  function failureOf(error: unknown): unknown {
    options.signal.throwIfAborted();
    const failure = httpFailure(error);
    if (failure instanceof HttpFailure)
      return new ExchangeFailure(failure.code, failure.message, failure.retry);
    if (failure instanceof StageError) return new ExchangeFailure(failure.code, failure.message, false);
    return failure;
  }

  function refuseHop(from: URL, to: URL, anywhere: boolean): void {
    const secure = to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:');
    if (!secure) throw new ExchangeFailure('bad-url', 'redirected away from https', false);
    if (to.origin !== home.origin && !anywhere)
      throw new ExchangeFailure('redirected', 'the service redirects to another host', false);
  }

  return {
    async get(text, asked = {}) {
      let url = new URL(text);
      let trusted = url.origin === home.origin;
      for (let hop = 0; hop <= maxRedirects; hop++) {
        let answer: Answer | URL;
        try {
          answer = await request(url, asked, trusted);
        } catch (error) {
          throw error instanceof ExchangeFailure ? error : failureOf(error);
        }
        if (!(answer instanceof URL)) return answer;
        refuseHop(url, answer, asked.anywhere === true);
        trusted &&= answer.origin === home.origin;
        url = answer;
      }
      throw new ExchangeFailure('too-many-redirects', `more than ${maxRedirects} redirects`, false);
    },
    close: () => agent.destroy(),
  };
}
