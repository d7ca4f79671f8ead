import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';
import { StageError } from '../core/index.js';
import { isCloudService, isCloudServiceName } from './cloud-addresses.js';
import { embeddedIpv4 } from './embedded-ipv4.js';
import { passingInterim } from './interim-answers.js';

/** Resolves a host name to its addresses, in order of preference. Raises the errors of `dns.lookup`. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

/** Returns the reason why nobody may connect to an address; undefined where connecting is allowed. */
export type Refusal = (address: string) => string | undefined;

/**
 * Ranges that `--allow-private` permits. Link-local addresses, at which clouds hand out credentials (169.254.169.254),
 * stay refused.
 */
const ownNetwork = new Set(['private', 'loopback', 'uniqueLocal']);

/**
 * The policy: permits only globally routable unicast addresses (IANA special-purpose registries, as ipaddr.js knows
 * them; for IPv6 only 2000::/3), and never a cloud's metadata service. An IPv6 address that contains an IPv4 address
 * must be permitted both as it is and as that IPv4 address.
 */
export const refusalOf = (address: string, allowPrivate: boolean): string | undefined =>
  judge(address, (ip) => {
    const range = ip.range();
    if (allowPrivate && ownNetwork.has(range)) return undefined;
    if (range !== 'unicast') return range;
    if (ip instanceof ipaddr.IPv6 && (ip.parts[0]! & 0xe000) !== 0x2000) return 'reserved';
    return undefined;
  });

/**
 * The policy for a server that the operator names: it may be in any of the operator's networks, but must be neither a
 * metadata service nor link-local, whatever its name resolves to.
 */
export const refusalOfOwn: Refusal = (address) =>
  judge(address, (ip) => (ip.range() === 'linkLocal' ? 'linkLocal' : undefined));

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Applies `refusal` to an address and to every IPv4 address inside it. An IPv4-mapped address is judged as its IPv4
 * address.
 */
function judge(address: string, refusal: (ip: Address) => string | undefined): string | undefined {
  if (!ipaddr.isValid(address)) return 'no IP address';
  const ip = ipaddr.process(address);
  if (isCloudService(ip)) return 'cloud metadata';
  const inside = ip instanceof ipaddr.IPv6 ? embeddedIpv4(ip) : [];
  const hidden = inside.map((one) => judge(one.toString(), refusal)).find((reason) => reason !== undefined);
  return refusal(ip) ?? hidden;
}

/** The resolver of the operating system, which also reads the hosts file. */
export const systemLookup: Lookup = async (hostname) =>
  (await dnsLookup(hostname, { all: true })).map(({ address }) => address);

/** At most this many addresses of one host are tried. */
const maxAddresses = 4;

/**
 * Resolves a host to at most `maxAddresses` addresses. Raises StageError('fetch', 'refused-address') where any address
 * of the host is refused, and the errors of `lookup`.
 */
export async function permittedAddresses(
  hostname: string,
  lookup: Lookup,
  refusal: Refusal,
): Promise<readonly string[]> {
  if (isCloudServiceName(hostname)) throw refused(hostname, 'cloud metadata');
  const addresses = isIP(hostname) ? [hostname] : await lookup(hostname);
  for (const address of addresses) {
    const reason = refusal(address);
    if (reason !== undefined) throw refused(address, reason);
  }
  if (addresses.length === 0) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
  return addresses.slice(0, maxAddresses);
}

const refused = (place: string, reason: string) =>
  new StageError('fetch', 'refused-address', `${place} is not fetched from (${reason} address)`);

/**
 * The guard for sockets that other code opens (`lookup` of node:net). It is only called for host names: the caller must
 * check a URL with an IP address itself.
 */
export function guardedSocketLookup(refusal: Refusal): LookupFunction {
  return (hostname, options, callback) => {
    permittedAddresses(hostname, systemLookup, refusal).then(
      (addresses) => {
        const found = addresses.map((address) => ({ address, family: isIP(address) }));
        if (options.all) callback(null, found);
        else callback(null, found[0]!.address, found[0]!.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

/** True where the address is at fault: it refused the connection, or did not answer in time. */
const isUnreachable = (error: Error & { readonly syscall?: string; readonly code?: string }): boolean =>
  error.syscall === 'connect' || error.code === 'UND_ERR_CONNECT_TIMEOUT';

/**
 * Changes the error code of a reset connection to one that undici does not know. undici takes ECONNRESET for the end of
 * a body that ends with its connection, so half a picture would pass for a whole one.
 */
function tellingResets<T extends Socket>(socket: T): T {
  return socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNRESET') error.code = 'ECONNABORTED';
  });
}

/**
 * Makes a connector for undici that resolves a host once, refuses it where any of its addresses is refused, and
 * connects to the addresses that it checked, so that a second DNS answer cannot lead elsewhere. undici calls it for
 * every connection, also to IP addresses. TLS still verifies the host's name.
 */
export function guardedConnector(options: {
  readonly lookup: Lookup;
  readonly refusal: Refusal;
  readonly timeoutMs: number;
  /** PEM certificates that are trusted instead of the system's. */
  readonly ca?: string;
}): buildConnector.connector {
  const { ca, timeoutMs: timeout } = options;
  // Set explicitly, because NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment would otherwise turn verification off.
  const dial = buildConnector({ timeout, rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) });

  return (target, callback) => {
    const tryNext = (addresses: readonly string[]) => {
      const [address, ...others] = addresses;
      const servername = target.servername || (isIP(target.hostname) ? '' : target.hostname);
      dial({ ...target, hostname: address!, servername }, (error, socket) => {
        if (error && others.length > 0 && isUnreachable(error)) tryNext(others);
        else if (error) callback(error, null);
        else callback(null, passingInterim(tellingResets(socket)));
      });
    };
    permittedAddresses(target.hostname, options.lookup, options.refusal).then(tryNext, (error: Error) =>
      callback(error, null),
    );
  };
}
