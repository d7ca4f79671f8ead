import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';
import { StageError } from '../core/errors.js';

/** Addresses of a host name, in order of preference. Raises the errors of `dns.lookup`. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

/** Says why an address must not be connected to, or undefined where it may. */
export type Refusal = (address: string) => string | undefined;

/** What `--allow-private` lifts. Link-local, where clouds keep credentials (169.254.169.254), is not among it. */
const ownNetwork = new Set(['private', 'loopback', 'uniqueLocal']);

/** Metadata services inside unique-local space: as dangerous as the link-local ones. */
const metadata = new Set(['fd00:ec2:0:0:0:0:0:254', 'fd20:ce:0:0:0:0:0:254']);

/**
 * The policy: only globally routable unicast addresses (IANA special-purpose registries, as ipaddr.js knows them; of
 * IPv6 only 2000::/3). IPv4 inside IPv6 is judged as IPv4.
 */
export function refusalOf(address: string, allowPrivate: boolean): string | undefined {
  if (!ipaddr.isValid(address)) return 'no IP address';
  const ip = ipaddr.process(address);
  const range = ip.range();
  if (allowPrivate && ownNetwork.has(range))
    return metadata.has(ip.toNormalizedString()) ? 'cloud metadata' : undefined;
  if (range !== 'unicast') return range;
  if (ip instanceof ipaddr.IPv6 && (ip.parts[0]! & 0xe000) !== 0x2000) return 'reserved';
  return undefined;
}

/** The operating system's resolver, so that its hosts file counts. */
export const systemLookup: Lookup = async (hostname) =>
  (await dnsLookup(hostname, { all: true })).map(({ address }) => address);

/** More addresses of one host than these are not tried. */
const maxAddresses = 4;

/** True where the address is at fault: it refused, or gave no answer in time. */
const isUnreachable = (error: Error & { readonly syscall?: string; readonly code?: string }): boolean =>
  error.syscall === 'connect' || error.code === 'UND_ERR_CONNECT_TIMEOUT';

/**
 * A connector for undici that resolves a host once, refuses it if any of its addresses is refused, and connects to
 * the very addresses that it checked, so that no second DNS answer can lead elsewhere. undici calls it for every
 * connection, IP literals included. TLS still verifies the host's name.
 */
export function guardedConnector(options: {
  readonly lookup: Lookup;
  readonly refusal: Refusal;
  readonly timeoutMs: number;
  /** PEM certificates trusted in place of the system's. */
  readonly ca?: string;
}): buildConnector.connector {
  const { ca, timeoutMs: timeout } = options;
  // Explicit, or NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment would turn verification off.
  const dial = buildConnector({ timeout, rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) });

  async function checked(hostname: string): Promise<readonly string[]> {
    const addresses = isIP(hostname) ? [hostname] : await options.lookup(hostname);
    for (const address of addresses) {
      const range = options.refusal(address);
      if (range !== undefined)
        throw new StageError('fetch', 'refused-address', `${address} is not fetched from (${range} address)`);
    }
    if (addresses.length === 0) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
    return addresses.slice(0, maxAddresses);
  }

  return (target, callback) => {
    const tryNext = (addresses: readonly string[]) => {
      const [address, ...others] = addresses;
      const servername = target.servername || (isIP(target.hostname) ? '' : target.hostname);
      dial({ ...target, hostname: address!, servername }, (error, socket) => {
        if (error && others.length > 0 && isUnreachable(error)) tryNext(others);
        else if (error) callback(error, null);
        else callback(null, socket);
      });
    };
    checked(target.hostname).then(tryNext, (error: Error) => callback(error, null));
  };
}
