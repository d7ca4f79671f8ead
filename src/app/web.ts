import { UsageError } from '../core/index.js';
import type { HttpClient } from '../net/index.js';
import { userAgentOf } from '../scanner/index.js';
import { type WebOptions, webOptions } from './plan.js';

/** How web servers are asked, and the limits in bytes and seconds of one answer; by default those of an asset. */
type WebLimits = WebOptions & {
  readonly maxBytes?: number | undefined;
  readonly timeout?: number | undefined;
};

/**
 * Opens the guarded client with which sources of pages ask the web; the client opens with its first request. Close it.
 */
export function openWeb({ maxBytes = 100_000_000, timeout = 30, ...values }: WebLimits) {
  const { contact, hosts: _hosts, s3Endpoint: _store, allowHtml: _html, ...web } = webOptions(values);
  let client: Promise<HttpClient> | undefined;
  const open = async () => {
    const { httpClient } = await import('../net/index.js');
    return httpClient({
      ...web,
      maxBytes,
      timeoutSeconds: timeout,
      userAgent: userAgentOf(contact),
      accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
      ...(values.allowPrivate ? { allowPrivate: true } : {}),
    });
  };
  const paces = new Map<string, number>();
  return {
    async get(url: string, options: Parameters<HttpClient['get']>[1]) {
      client ??= open();
      const opened = await client;
      for (const [host, milliseconds] of paces) opened.pace(host, milliseconds);
      paces.clear();
      return (await opened.get(url, options))!;
    },
    pace: (host: string, milliseconds: number) => {
      paces.set(host, milliseconds);
    },
    close: async () => (await client)?.close(),
  };
}

/** Opens the client with which sources list buckets. Close it. Raises UsageError for an endpoint that is no URL. */
export async function openBuckets({ timeout = 30, ...values }: WebLimits) {
  const { s3Endpoint } = values;
  if (s3Endpoint !== undefined && !/^https?:\/\/[^/?#@]+\/?$/i.test(s3Endpoint))
    throw new UsageError('--s3-endpoint: write the address of the store, as https://s3.example.net');
  const { openS3, s3ClientVersion, s3Missing } = await import('../net/index.js');
  if (s3ClientVersion() === undefined) throw new UsageError(s3Missing);
  return openS3({
    ...(s3Endpoint === undefined ? {} : { s3Endpoint }),
    userAgent: userAgentOf(values.contact),
    timeoutSeconds: timeout,
  });
}
