import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Compares in a time that does not depend on where two texts differ. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/**
 * True where a request shows the token: as a bearer token, or as the password of basic authentication, for hosts whose
 * setting is only a URL (`http://hashsieve:TOKEN@host/`).
 */
export function showsToken({ headers }: IncomingMessage, token: string): boolean {
  const [, scheme, value] = /^(bearer|basic) +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (scheme === undefined) return false;
  if (scheme.toLowerCase() === 'bearer') return isSame(value!, token);
  const pair = Buffer.from(value!, 'base64').toString('utf8');
  return isSame(pair.slice(pair.indexOf(':') + 1), token);
}

/**
 * True for a request that a page in a browser sends. The front refuses all of them: a page that a user of this machine
 * opens could reach loopback.
 */
export const isOfBrowser = ({ headers }: IncomingMessage): boolean =>
  headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
