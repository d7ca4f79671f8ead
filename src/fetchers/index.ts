import { StageError } from '../core/errors.js';
import { fileFetcher } from './file.js';
import type { HttpOptions } from './http.js';
import type { Fetcher } from './types.js';

export type FetcherOptions = HttpOptions;

/** Every fetcher by name. The heavy ones are loaded when the first asset of theirs is fetched. */
export const fetchers = {
  file: { schemes: ['file'], load: async (options: FetcherOptions) => fileFetcher(options) },
  http: {
    schemes: ['http', 'https'],
    load: async (options: FetcherOptions) => (await import('./http.js')).httpFetcher(options),
  },
} satisfies Record<string, { schemes: readonly string[]; load(options: FetcherOptions): Promise<Fetcher> }>;

/** One fetcher for all schemes. Raises StageError('fetch', 'unsupported-scheme') for any other. */
export function createFetchers(options: FetcherOptions): Fetcher {
  const members = Object.values(fetchers).map((member) => ({
    ...member,
    loaded: undefined as Promise<Fetcher> | undefined,
  }));
  return {
    schemes: members.flatMap((member) => member.schemes),
    async fetch(ref, signal) {
      const scheme = ref.uri.slice(0, ref.uri.indexOf(':')).toLowerCase();
      const member = members.find((one) => (one.schemes as readonly string[]).includes(scheme));
      if (!member) throw new StageError('fetch', 'unsupported-scheme', 'no fetcher reads this kind of URI');
      member.loaded ??= member.load(options);
      return (await member.loaded).fetch(ref, signal);
    },
    async close() {
      for (const { loaded } of members) await (await loaded)?.close();
    },
  };
}
