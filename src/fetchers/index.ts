import { StageError } from '../core/index.js';
import type { Asset, AssetRef } from '../core/types.js';
import { fileFetcher } from './file.js';
import type { HttpFetcherOptions } from './http.js';
import type { S3FetcherOptions } from './s3.js';
import type { Fetcher } from './types.js';

/** Options of all fetchers. */
export type FetcherOptions = HttpFetcherOptions & S3FetcherOptions;

/** Every fetcher by name. The heavy ones are loaded with the first asset that they fetch. */
export const fetchers = {
  file: { schemes: ['file'], load: async (options: FetcherOptions) => fileFetcher(options) },
  http: {
    schemes: ['http', 'https'],
    load: async (options: FetcherOptions) => (await import('./http.js')).httpFetcher(options),
  },
  s3: {
    schemes: ['s3'],
    load: async (options: FetcherOptions) => (await import('./s3.js')).s3Fetcher(options),
  },
} satisfies Record<string, { schemes: readonly string[]; load(options: FetcherOptions): Promise<Fetcher> }>;

/** The asset of a ref that carries its bytes. */
function inlineAsset(ref: AssetRef, maxBytes: number, signal?: AbortSignal): Asset {
  signal?.throwIfAborted();
  const bytes = Buffer.from(ref.inline!, 'base64');
  if (bytes.length > maxBytes) throw new StageError('fetch', 'too-large', `larger than ${maxBytes} bytes`);
  return { ref, bytes };
}

/** Makes one fetcher for all schemes. Raises StageError('fetch', 'unsupported-scheme') for any other. */
export function createFetchers(options: FetcherOptions): Required<Fetcher> {
  const members = Object.values(fetchers).map((member) => ({
    ...member,
    loaded: undefined as Promise<Fetcher> | undefined,
  }));
  const fetcherOf = ({ uri }: AssetRef): Promise<Fetcher> => {
    const scheme = schemeOf(uri);
    const member = members.find((one) => (one.schemes as readonly string[]).includes(scheme));
    if (!member) throw new StageError('fetch', 'unsupported-scheme', 'no fetcher reads this kind of URI');
    member.loaded ??= member.load(options);
    return member.loaded;
  };
  return {
    schemes: members.flatMap((member) => member.schemes),
    async fetch(ref, signal) {
      if (ref.inline !== undefined) return inlineAsset(ref, options.maxBytes, signal);
      return (await fetcherOf(ref)).fetch(ref, signal);
    },
    async refetch(ref, version, signal) {
      if (ref.inline !== undefined) return inlineAsset(ref, options.maxBytes, signal);
      const fetcher = await fetcherOf(ref);
      return fetcher.refetch ? fetcher.refetch(ref, version, signal) : fetcher.fetch(ref, signal);
    },
    async unchanged(known, signal, few) {
      const schemes = new Set(known.map(({ uri }) => schemeOf(uri)));
      let all: boolean[] | undefined;
      for (const scheme of schemes) {
        const own = [...known.keys()].filter((at) => schemeOf(known[at]!.uri) === scheme);
        const some = own.map((at) => known[at]!);
        const answer = await (await fetcherOf(some[0]!)).unchanged?.(some, signal, few);
        if (answer) all ??= new Array<boolean>(known.length).fill(false);
        for (const [place, at] of own.entries()) if (answer?.[place]) all![at] = true;
      }
      return all;
    },
    async close() {
      for (const { loaded } of members) await (await loaded)?.close();
    },
  };
}

const schemeOf = (uri: string): string => uri.slice(0, uri.indexOf(':')).toLowerCase();

export { openFileStore } from './file-store.js';
