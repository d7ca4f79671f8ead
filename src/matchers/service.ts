import { setTimeout as delay } from 'node:timers/promises';
import { monotonic, StageError } from '../core/index.js';
import {
  HostGates,
  type HttpEngine,
  HttpFailure,
  httpEngine,
  refusalOf,
  retryAfter,
  retrying,
} from '../net/index.js';
import { MatcherFailure, type Service, type ServiceAnswer, type ServiceRequest } from './types.js';

/** Options of `openService`. */
export interface ServiceOptions {
  /** Address of the service. The program sends nothing to another host. */
  readonly url: string;
  /** Value of the header `user-agent`. */
  readonly userAgent: string;
  /** True where the service is in the operator's own network: http and private addresses are then allowed. */
  readonly allowPrivate: boolean;
  /** Seconds for which the service may be silent. */
  readonly timeoutSeconds: number;
  /** Most requests at the same time. */
  readonly connections: number;
  /** Most requests a second. Default: no limit. */
  readonly rate?: number | undefined;
  /** Ends the requests. */
  readonly signal: AbortSignal;
  /** Tests replace these. */
  readonly seams?: Partial<ServiceSeams>;
}

/** The clock and the chance that a service depends on. */
export interface ServiceSeams {
  /** Waits for so many milliseconds. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds of a clock that only moves forward. */
  readonly now: () => number;
  /** Returns x with 0 ≤ x < 1. */
  readonly random: () => number;
}

/** Further tries after 429, 5xx and failures of the network. */
const retries = 3;
/** The longest pause, in seconds, that a service may ask for. Where it asks for more, the run goes on without it. */
const longestPause = 120;
/** The most bytes of an answer: a request asks about a few hundred hashes at most. */
const maxBytes = 8_000_000;

/**
 * Opens a service: it sends requests over a few connections that stay open. The rules are those of all other requests
 * of hashsieve: it checks every address, verifies TLS, and uses no proxy and no cookie. It follows no redirect, which
 * could take fingerprints and credentials to somebody else.
 */
export function openService(options: ServiceOptions): Service {
  const { seams = {}, rate, connections, signal } = options;
  const { sleep = pausing, now = monotonic, random = Math.random } = seams;
  const milliseconds = options.timeoutSeconds * 1000;
  const isPlain = new URL(options.url).protocol === 'http:';
  const engine = httpEngine({
    refusal: (address) => {
      // Without TLS nothing proves who answers, and anybody on the way can read the questions.
      if (isPlain && refusalOf(address, false) === undefined) return 'public, without TLS';
      return refusalOf(address, options.allowPrivate);
    },
    phases: { connect: Math.min(milliseconds, 20_000), headers: milliseconds, body: milliseconds },
    connections,
  });
  const gates = new HostGates(connections, now, sleep, rate);
  const { hostname } = new URL(options.url);
  const once = (asked: ServiceRequest, statuses: readonly number[]) =>
    gates.run(hostname, signal, async () => {
      try {
        return await request(engine, asked, options, statuses);
      } catch (error) {
        if (error instanceof MatcherFailure && error.pause > 0) gates.pause(hostname, error.pause * 1000);
        throw error;
      }
    });
  return {
    send: (asked, statuses = []) =>
      retrying(
        () => once(asked, statuses),
        (error, tries) => {
          signal.throwIfAborted();
          const mayHelp = error instanceof MatcherFailure && error.again === 'now' && tries <= retries;
          return mayHelp ? 500 * 2 ** (tries - 1) * (0.5 + random()) : undefined;
        },
        (pause) => sleep(pause, signal),
      ),
    close: () => engine.close(),
  };
}

const pausing: ServiceSeams['sleep'] = (ms, signal) => delay(ms, undefined, signal ? { signal } : {});

async function request(
  engine: HttpEngine,
  { method, url, headers, body }: ServiceRequest,
  { userAgent, signal }: ServiceOptions,
  statuses: readonly number[],
): Promise<ServiceAnswer> {
  let isAnswering = false;
  try {
    const answer = await engine.request({
      method,
      url: new URL(url),
      headers: { 'user-agent': userAgent, accept: 'application/json', 'accept-encoding': 'gzip', ...headers },
      ...(body === undefined ? {} : { body }),
      signal,
    });
    isAnswering = true;
    const { status } = answer;
    if (status !== 200 && !statuses.includes(status)) {
      await answer.drain();
      throw refused(status, answer.headers['retry-after']);
    }
    return { status, body: parsed(await answer.whole(maxBytes), status) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof HttpFailure || error instanceof StageError) throw lost(error, isAnswering);
    throw error;
  }
}

/** Makes the failure for a status that is no answer. */
function refused(status: number, header: string | string[] | undefined): MatcherFailure {
  if (status === 401 || status === 403)
    return new MatcherFailure('remote-unavailable', `it refuses the credentials (${status})`, 'never');
  if (status === 429 || status >= 500) {
    const pause = retryAfter(header, Date.now());
    const message = `it answered ${status}${pause > longestPause ? ` and asks for a pause of ${Math.ceil(pause)} s` : ''}`;
    return new MatcherFailure('remote-unavailable', message, pause > longestPause ? 'later' : 'now', pause);
  }
  if (status >= 300 && status < 400)
    return new MatcherFailure('remote-answer', `it redirects to another address (${status})`, 'never');
  return new MatcherFailure('remote-answer', `it answered ${status}`, 'later');
}

/** Makes the failure for a connection that could not be made, or that broke while the service answered. */
function lost(error: StageError, isAnswering: boolean): MatcherFailure {
  const isSlow = error.code === 'time-out' && !isUnconnected(error);
  const again = error instanceof HttpFailure && error.retry ? 'now' : 'later';
  const code = isAnswering || isSlow ? 'remote-answer' : 'remote-unavailable';
  return new MatcherFailure(code, isAnswering && !isSlow ? 'the answer broke off' : error.message, again);
}

const isUnconnected = ({ cause }: StageError): boolean =>
  ['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'].includes(String((cause as { code?: unknown } | undefined)?.code));

function parsed(bytes: Uint8Array, status: number): unknown {
  if (bytes.length === 0 && status !== 200) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
  } catch {
    // The failure leaves out the parser's message: it quotes the text, which may be confidential.
    if (status !== 200) return undefined;
    throw new MatcherFailure('remote-answer', 'the answer is no JSON (cut short?)', 'now');
  }
}
