import { StageError } from '../core/index.js';

/** A failed request. It says whether another try may succeed. */
export class HttpFailure extends StageError {
  constructor(
    code: string,
    message: string,
    readonly retry: boolean,
    options?: ErrorOptions,
  ) {
    super('fetch', code, message, options);
  }
}

const timeOuts = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

const tls = /CERT|^ERR_TLS|^ERR_SSL|SELF_SIGNED|UNABLE_TO_|^EPROTO$|^HOSTNAME_MISMATCH$|CRL/;
const network =
  /^(UND_ERR_(SOCKET|CLOSED|DESTROYED|RES_CONTENT_LENGTH_MISMATCH)|EAI_\w+|E(CONN|HOST|NET|ADDR|PIPE|AGAIN)\w*)$/;
const zlib = /^(Z_|ERR_(_?ZLIB|BROTLI|_ERROR_FORMAT|BR)|ERR__)/;

const defects = new Set(['Error', 'TypeError', 'RangeError', 'ReferenceError', 'SyntaxError']);

/**
 * Turns an error of undici, the network, TLS or decompression into an HttpFailure. A server can provoke unforeseen
 * errors, so every error except a plain error of the language counts as the server's fault: one host must not end the
 * run.
 */
export function httpFailure(error: unknown): unknown {
  if (error instanceof StageError || !(error instanceof Error)) return error;
  const code = 'code' in error && error.code !== undefined ? String(error.code) : error.name;
  const failure = (name: string, message: string, retry: boolean) =>
    new HttpFailure(name, `${message} (${code})`, retry, { cause: error });
  if (timeOuts.has(code)) return failure('time-out', 'the server was too slow', true);
  if (tls.test(code)) return failure('tls-error', 'no trusted connection', false);
  if (code === 'ENOTFOUND') return failure('network-error', 'the host name has no address', false);
  if (network.test(code)) return failure('network-error', 'the connection failed', true);
  if (zlib.test(code)) return failure('read-error', 'the content encoding is damaged', false);
  if (code === error.name && defects.has(code)) return error;
  return failure('network-error', 'the response is no valid HTTP', false);
}
