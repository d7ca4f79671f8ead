import ipaddr from 'ipaddr.js';
import type { Recipient } from './types.js';

/** Registration data: who is responsible for an address or a name (RFC 9083, RFC 7095, bootstrap by RFC 9224). Pure. */

type Json = { readonly [key: string]: unknown };
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/** The base addresses of the servers for an IP address or a domain name: longest prefix first, HTTPS before HTTP. */
export function rdapServers(bootstrap: unknown, query: string): readonly string[] {
  const services = isObject(bootstrap) && Array.isArray(bootstrap.services) ? bootstrap.services : [];
  let best: { readonly length: number; readonly urls: readonly string[] } = { length: -1, urls: [] };
  for (const service of services) {
    const [keys, urls] = Array.isArray(service) ? service : [];
    for (const key of texts(keys)) {
      const length = matchLength(key, query);
      if (length > best.length) best = { length, urls: texts(urls) };
    }
  }
  return best.urls.toSorted((a, b) => Number(b.startsWith('https:')) - Number(a.startsWith('https:')));
}

/** How much of `query` a bootstrap key covers; -1 where it does not cover it. */
function matchLength(key: string, query: string): number {
  if (!ipaddr.isValid(query)) return `.${query}`.endsWith(`.${key.toLowerCase()}`) ? key.length : -1;
  try {
    const [network, bits] = ipaddr.parseCIDR(key);
    const ip = ipaddr.parse(query);
    return ip.kind() === network.kind() && ip.match(network, bits) ? bits : -1;
  } catch {
    return -1;
  }
}

/** The `email` properties of a jCard. */
function emailsOf(entity: Json): readonly string[] {
  const card = Array.isArray(entity.vcardArray) ? entity.vcardArray[1] : undefined;
  return (Array.isArray(card) ? card : []).flatMap((property) => {
    const [name, , , value] = Array.isArray(property) ? property : [];
    const isEmail =
      name === 'email' && typeof value === 'string' && /^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(value);
    return isEmail ? [value] : [];
  });
}

const maxDepth = 6;

/** E-mail addresses of every entity with the role `abuse`, at any depth, each once, in their order. */
export function abuseContacts(answer: unknown, scope: Recipient['scope'], depth = 0): readonly Recipient[] {
  if (!isObject(answer) || depth > maxDepth) return [];
  const found = objects(answer.entities).flatMap((entity) => [
    ...(texts(entity.roles).includes('abuse') ? emailsOf(entity).map((email) => ({ email, scope })) : []),
    ...abuseContacts(entity, scope, depth + 1),
  ]);
  return [...new Map(found.map((contact) => [contact.email.toLowerCase(), contact])).values()];
}
