import { BadRequest } from './replies.js';

/**
 * Checks an address that a caller gave, and returns it without its fragment. Raises BadRequest for all but http and
 * https, and for an address with a name or a password.
 */
export function webAddress(text: unknown): string {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new BadRequest(400, 'write an http or https address');
  if (url.username !== '' || url.password !== '')
    throw new BadRequest(400, 'write the address without name and password');
  url.hash = '';
  return url.href;
}
