import { isIP } from 'node:net';
import { printable, StageError, UsageError } from '../core/index.js';
import { createFetchers } from '../fetchers/index.js';
import { version } from '../files/index.js';
import { systemLookup } from '../net/index.js';
import { abuseContacts, type NoticeName, rdapServers } from '../reports/index.js';
import type { Recipient } from '../reports/types.js';

/** How `findRecipients` asks the registries. */
export interface LookupOptions {
  /** URL of the directory that holds the registries' lists; it ends in a slash. */
  readonly bootstrap: string;
  /** Lets requests go to private and loopback addresses. */
  readonly allowPrivate: boolean;
  /** Ends the look-up. */
  readonly signal: AbortSignal;
  /** Gets one line of text for each contact that could not be looked up. */
  say(line: string): void;
}

/**
 * Finds abuse contacts by RDAP (RFC 9082). For a host it returns the contact of the network; for an owner it returns
 * the domain's customary abuse address first, then the contact of the registrar. It reports look-ups that fail through
 * `say` and returns the contacts that it did find.
 */
export async function findRecipients(
  host: string,
  hostIp: string | undefined,
  to: NoticeName,
  options: LookupOptions,
): Promise<readonly Recipient[]> {
  const fetcher = createFetchers({
    maxBytes: 5_000_000,
    timeoutSeconds: 30,
    userAgent: `hashsieve/${version}`,
    allowPrivate: options.allowPrivate,
  });
  const json = async (uri: string): Promise<unknown> => {
    const { bytes } = await fetcher.fetch({ uri }, options.signal);
    return JSON.parse(new TextDecoder().decode(bytes));
  };
  const ask = async (registry: string, kind: string, query: string, scope: Recipient['scope']) => {
    const servers = rdapServers(await json(new URL(`${registry}.json`, options.bootstrap).href), query);
    if (servers.length === 0) throw new StageError('fetch', 'not-found', 'no registry answers for it');
    const base = servers[0]!.endsWith('/') ? servers[0]! : `${servers[0]}/`;
    return abuseContacts(await json(new URL(`${kind}/${query}`, base).href), scope);
  };
  const tolerant = async (
    what: string,
    lookup: () => Promise<readonly Recipient[]>,
  ): Promise<readonly Recipient[]> => {
    try {
      const found = await lookup();
      if (found.length === 0) options.say(`RDAP for ${what}: no abuse contact with an e-mail address`);
      return found;
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof StageError || error instanceof SyntaxError || isNotFound(error))) throw error;
      options.say(`RDAP for ${what}: ${printable(error.message)}`);
      return [];
    }
  };
  try {
    const name = host.replace(/^\[|\]$/g, '');
    if (to === 'host') {
      return await tolerant(printable(hostIp ?? name), async () => {
        const ip = hostIp ?? (isIP(name) ? name : (await systemLookup(name))[0]!);
        return ask(isIP(ip) === 6 ? 'ipv6' : 'ipv4', 'ip', ip, 'network');
      });
    }
    if (isIP(name))
      throw new UsageError(`${name}: an address has no owner by name; give --recipient, or use --to host`);
    const domain = name.replace(/^www\./, '');
    const own: Recipient = { email: `abuse@${domain}`, scope: 'convention' };
    return [own, ...(await tolerant(printable(domain), () => ask('dns', 'domain', domain, 'registrar')))];
  } finally {
    await fetcher.close();
  }
}

const isNotFound = (error: unknown): error is Error =>
  error instanceof Error &&
  ['ENOTFOUND', 'EAI_AGAIN', 'ENODATA'].includes((error as NodeJS.ErrnoException).code ?? '');
