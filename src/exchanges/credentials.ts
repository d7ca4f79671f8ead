import type { Credentials } from './types.js';

/** Headers for HTTP basic authentication (RFC 7617); none where there is no user. */
export function basic({ user, password }: Credentials): Readonly<Record<string, string>> {
  if (user === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}` };
}

/** Headers for basic authentication or a bearer token; none without credentials. */
export const basicOrToken = (credentials: Credentials): Readonly<Record<string, string>> =>
  credentials.token === undefined ? basic(credentials) : { authorization: `Bearer ${credentials.token}` };
