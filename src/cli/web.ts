import type { HttpClient } from '../fetchers/http-client.js';
import { userAgentOf } from '../scanner.js';
import type { OptionValues } from './options.js';
import { webOptions } from './plan.js';

/** What sources of pages ask the web through: the guarded client, opened with the first request. Close it. */
export function openWeb(values: OptionValues) {
  const { contact, hosts: _, ...web } = webOptions(values);
  let client: Promise<HttpClient> | undefined;
  const open = async () => {
    const { httpClient } = await import('../fetchers/http-client.js');
    return httpClient({
      ...web,
      maxBytes: values.maxBytes,
      timeoutSeconds: values.timeout,
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
