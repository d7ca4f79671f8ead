import { readFile, stat } from 'node:fs/promises';
import { reasonOf } from '../config/index.js';
import { printable, UsageError } from '../core/index.js';
import type { Answer, Body } from './file-draft.js';
import type { Step } from './submission.js';

/** User and password of the reporting organisation. They are never in arguments, records or messages. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** Reads them from the environment, or from a file `user:password` that only its owner can read. Raises UsageError. */
export async function readCredentials(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Credentials> {
  if (file === undefined) {
    const { HASHSIEVE_NCMEC_USER: user, HASHSIEVE_NCMEC_PASSWORD: password } = environment;
    if (user && password) return { user, password };
    throw new UsageError(
      'no credentials: set HASHSIEVE_NCMEC_USER and HASHSIEVE_NCMEC_PASSWORD, or give --credentials FILE (one line user:password, mode 0600)',
    );
  }
  let text: string;
  try {
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0) {
      throw new UsageError(`credentials ${printable(file)}: others can read it; run chmod 600 on it`);
    }
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`credentials ${printable(file)} cannot be read: ${reasonOf(error)}`);
  }
  const [, user, password] = /^([^:\r\n]+):([^\r\n]+)\r?\n?$/.exec(text) ?? [];
  if (user === undefined || password === undefined) {
    throw new UsageError(`credentials ${printable(file)}: write one line user:password`);
  }
  return { user, password };
}

/** Base addresses of NCMEC's production and test services. */
export const endpoints = {
  production: 'https://report.cybertip.org/ispws',
  test: 'https://exttest.cybertip.org/ispws',
} as const;

/** The base address without its last slash. Raises UsageError unless it is HTTPS, or a stand-in on this machine. */
export function checkEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url !== undefined && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (
    !url ||
    url.username ||
    url.search ||
    url.hash ||
    !(url.protocol === 'https:' || (url.protocol === 'http:' && isLocal))
  ) {
    throw new UsageError(`--endpoint ${printable(text)}: give an https address without credentials`);
  }
  return url.href.replace(/\/$/, '');
}

/**
 * Opens the client that sends the requests of a filing, one at a time. Follows no redirect, uses no proxy, verifies
 * TLS, and refuses to connect to a cloud's metadata service.
 */
export async function cybertipClient(endpoint: string, { user, password }: Credentials, signal: AbortSignal) {
  const { httpEngine } = await import('../net/index.js');
  const { refusalOfOwn } = await import('../net/index.js');
  const engine = httpEngine({
    refusal: refusalOfOwn,
    phases: { connect: 20_000, headers: 120_000, body: 60_000 },
    keepAlive: false,
  });
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return {
    async post(step: Step, body: Body): Promise<Answer> {
      const isXml = body.kind === 'xml';
      const answer = await engine.request({
        method: 'POST',
        url: new URL(`${endpoint}/${step}`),
        headers: { authorization, ...(isXml ? { 'content-type': 'text/xml; charset=utf-8' } : {}) },
        body: isXml ? body.text : { form: formOf(body) },
        signal,
      });
      const requestId = answer.header('request-id');
      return {
        status: answer.status,
        body: new TextDecoder().decode(await answer.whole(maxAnswer)),
        ...(requestId === undefined ? {} : { requestId }),
      };
    },
    close: () => engine.close(),
  };
}

/** The most bytes of an answer, which is a short XML document. */
const maxAnswer = 10_000_000;

function formOf(body: Exclude<Body, { kind: 'xml' }>): Record<string, string | File> {
  if (body.kind === 'form') return { id: body.id };
  return { id: body.id, file: new File([new Uint8Array(body.bytes)], body.fileName) };
}
