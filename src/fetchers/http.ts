import { isListed, isSameSite } from '../core/index.js';
import type { AssetRef } from '../core/types.js';
import { type HttpOptions, httpClient } from '../net/index.js';
import { notPicture } from './not-picture.js';
import type { Fetcher } from './types.js';

/** How web servers are asked for pictures. */
export interface HttpFetcherOptions extends HttpOptions {
  /** Hosts besides a page's own to which its pictures may be redirected; see `isListed`. */
  readonly hosts?: readonly string[];
  /** True where a web page in place of a picture is no failure. */
  readonly allowHtml?: boolean;
}

/**
 * Fetches over HTTP and HTTPS (net/http-client.ts). Pictures that a page shows are only fetched from the page's site
 * and from `hosts`.
 */
export function httpFetcher(options: HttpFetcherOptions): Fetcher {
  const { hosts = [], allowHtml = false, ...rest } = options;
  const client = httpClient(rest);

  const mayFollow = ({ uri, page }: AssetRef) => {
    if (page === undefined) return undefined;
    const own = [uri, page].flatMap((text) => (URL.canParse(text) ? [new URL(text).hostname] : []));
    return ({ hostname }: URL) => own.some((host) => isSameSite(host, hostname)) || isListed(hostname, hosts);
  };
  async function fetch(ref: AssetRef, signal?: AbortSignal, unless?: string) {
    const body = await client.get(ref.uri, { signal, unless, mayFollow: mayFollow(ref) });
    if (!body) return undefined;
    const { bytes, version, isCut } = body;
    const problem = allowHtml ? undefined : notPicture(body);
    return {
      ref,
      bytes,
      ...(version === undefined ? {} : { version }),
      ...(problem && { problem }),
      ...(isCut && { isCut }),
    };
  }

  return {
    schemes: ['http', 'https'],
    fetch: async (ref, signal) => (await fetch(ref, signal))!,
    refetch: (ref, version, signal) => fetch(ref, signal, version),
    close: () => client.close(),
  };
}
