import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';
import { StageError } from '../core/index.js';
import { isCloudService, isCloudServiceName } from './cloud-addresses.js';
import { embeddedIpv4 } from './embedded-ipv4.js';

/** Addresses of a host name, in order of preference. Raises the errors of `dns.lookup`. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

/** Says why an address must not be connected to, or undefined where it may. */
export type Refusal = (address: string) => string | undefined;

/** What `--allow-private` lifts. Link-local, where clouds keep credentials (169.254.169.254), is not among it. */
const ownNetwork = new Set(['private', 'loopback', 'uniqueLocal']);

/**
 * The policy: only globally routable unicast addresses (IANA special-purpose registries, as ipaddr.js knows them; of
 * IPv6 only 2000::/3), and never a metadata service of a cloud. An IPv6 address that carries an IPv4 address must pass as what
 * it is and as what it carries.
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
 * The policy for a server that the operator himself names: it may stand in any network of his, but is no metadata service
 * and not link-local, whatever its name resolves to.
 */
export const refusalOfOwn: Refusal = (address) =>
  judge(address, (ip) => (ip.range() === 'linkLocal' ? 'linkLocal' : undefined));

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** What `refusal` says of an address and of every IPv4 address inside it. A mapped address is its IPv4 address. */
function judge(address: string, refusal: (ip: Address) => string | undefined): string | undefined {
  if (!ipaddr.isValid(address)) return 'no IP address';
  const ip = ipaddr.process(address);
  if (isCloudService(ip)) return 'cloud metadata';
  const inside = ip instanceof ipaddr.IPv6 ? embeddedIpv4(ip) : [];
  const hidden = inside.map((one) => judge(one.toString(), refusal)).find((reason) => reason !== undefined);
  return refusal(ip) ?? hidden;
}

/** The operating system's resolver, so that its hosts file counts. */
export const systemLookup: Lookup = async (hostname) =>
  (await dnsLookup(hostname, { all: true })).map(({ address }) => address);

/** More addresses of one host than these are not tried. */
const maxAddresses = 4;

/**
 * The addresses of a host, most of them; none of them is refused. Raises StageError('fetch', 'refused-address'), and the errors
 * of `lookup`.
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
 * The guard for sockets that somebody else opens (`lookup` of node:net). It is asked for names alone: an address that stands in
 * a URL must be judged before.
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

/** True where the address is at fault: it refused, or gave no answer in time. */
const isUnreachable = (error: Error & { readonly syscall?: string; readonly code?: string }): boolean =>
  error.syscall === 'connect' || error.code === 'UND_ERR_CONNECT_TIMEOUT';

/**
 * Gives a reset a code that undici does not know: it takes ECONNRESET for the end of a body that ends with its connection,
 * and half a picture would pass for a whole one.
 */
function tellingResets<T extends Socket>(socket: T): T {
  return socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNRESET') error.code = 'ECONNABORTED';
  });
}

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

  return (target, callback) => {
    const tryNext = (addresses: readonly string[]) => {
      const [address, ...others] = addresses;
      const servername = target.servername || (isIP(target.hostname) ? '' : target.hostname);
      dial({ ...target, hostname: address!, servername }, (error, socket) => {
        if (error && others.length > 0 && isUnreachable(error)) tryNext(others);
        else if (error) callback(error, null);
        else callback(null, tellingResets(socket));
      });
    };
    permittedAddresses(target.hostname, options.lookup, options.refusal).then(tryNext, (error: Error) =>
      callback(error, null),
    );
  };
}
