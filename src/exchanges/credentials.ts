import type { Credentials } from './types.js';

/** HTTP basic authentication (RFC 7617), where there is a user. */
export function basic({ user, password }: Credentials): Readonly<Record<string, string>> {
  if (user === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}` };
}

/** Basic authentication, a bearer token, or nothing. */
export const basicOrToken = (credentials: Credentials): Readonly<Record<string, string>> =>
  credentials.token === undefined ? basic(credentials) : { authorization: `Bearer ${credentials.token}` };
