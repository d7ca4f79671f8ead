import { chunksOf, containerFor, createOpener, insideKinds, memoryStore } from '../containers/index.js';
import { asNamed, type FingerprintPorts, hostNames, type Room, Skip, StageError } from '../core/index.js';
import type { Asset, AssetRef, ByteStore, Fingerprint } from '../core/types.js';
import { decode, decodeVideo, isVideo, shareRoom, sniff } from '../decoders/index.js';
import { createFetchers, openFileStore } from '../fetchers/index.js';
import type { Fetcher } from '../fetchers/types.js';
import {
  type BuiltInAlgorithm,
  fingerprinters,
  type KnownAlgorithms,
  knownAlgorithms,
  nameOf,
} from '../fingerprints/index.js';
import type { Side, ViewSet } from '../views/index.js';
import { frameFingerprinter } from './frame-fingerprinter.js';
import { defaultViews, type FingerprintOptions, limitsOf, userAgentOf } from './options.js';

const digestNames = ['md5', 'sha1', 'sha256'] as const satisfies readonly BuiltInAlgorithm[];

/**
 * Assembles the first half of the line from `options`, in this process or a decoding process. It holds connections:
 * close it.
 * @param room the room, shared with other processes, that large pictures need before they are decoded.
 */
export function wirePorts(
  options: FingerprintOptions,
  room?: Room,
): FingerprintPorts & Pick<Required<Fetcher>, 'unchanged' | 'close'> {
  if (room) shareRoom(room);
  const known = knownAlgorithms(options.algorithms, options);
  const limits = limitsOf(options);
  const { contact, hosts, ...web } = options.web ?? {};
  const fetcher = createFetchers({
    ...web,
    ...(hosts ? { hosts: hostNames(hosts, 'web.hosts') } : {}),
    maxBytes: limits.maxBytes,
    timeoutSeconds: limits.timeoutSeconds,
    userAgent: userAgentOf(contact),
    ...(options.allowPrivate === undefined ? {} : { allowPrivate: options.allowPrivate }),
    ...(limits.maxContainerBytes === undefined ? {} : { maxContainerBytes: limits.maxContainerBytes }),
  });
  const reach = (asset: Asset) => openFileStore(asset, limits.timeoutSeconds);
  /** A file that has not changed can be read a second time, which avoids a copy in memory. */
  const storeOf = async (asset: Asset): Promise<ByteStore> => {
    const { ref, version, bytes } = asset;
    const isFile = ref.uri.startsWith('file:') && ref.member === undefined && ref.part === undefined;
    if (!isFile || version === undefined) return memoryStore(bytes);
    return reach({ ...asset, size: bytes.length });
  };
  const kinds = options.inside ?? insideKinds;
  const wired = fingerprintPorts(
    known,
    (options.algorithms ?? []).map(nameOf),
    options.views ?? defaultViews,
    options.side ?? 'query',
  );
  /** Where only digests are wanted, nothing is decoded, whatever the file's name promises. */
  const explained = wired.wantsPixels ? asNamed : (_: AssetRef, error: unknown) => error;
  return {
    ...wired,
    async fetch(ref, signal, unless) {
      const asset = await (unless === undefined
        ? fetcher.fetch(ref, signal)
        : fetcher.refetch(ref, unless, signal));
      // A large file is read in parts, and only containers and videos can be.
      if (asset?.size !== undefined && !isReadInParts(sniff(asset.bytes)))
        throw new StageError('fetch', 'too-large', `larger than ${limits.maxBytes} bytes`);
      return asset;
    },
    unchanged: fetcher.unchanged,
    sniff,
    digest: (asset) => digestsOf(asset, reach),
    open: createOpener(kinds, limits, reach, (asset, error) => explained(asset.ref, error)),
    decode: async (asset, mediaType) => {
      const container = containerFor(mediaType);
      if (container && !container.isPicture)
        throw new Skip('switched-off', `${container.kind} were not to be looked into`);
      if (!isVideo(mediaType))
        return decode(asset.bytes, mediaType, limits).catch((error) => {
          throw asNamed(asset.ref, error);
        });
      if (!kinds.includes('video')) throw new Skip('switched-off', 'videos were not to be looked into');
      const store = await (asset.size === undefined ? storeOf(asset) : reach(asset));
      return decodeVideo({ mediaType, store, program: options.ffmpeg }, limits);
    },
    close: () => fetcher.close(),
  };
}

/** True for a kind that is read in parts where it is too large for memory: everything but pictures. */
const isReadInParts = (mediaType: string): boolean =>
  isVideo(mediaType) || containerFor(mediaType)?.isPicture === false || !mediaType.startsWith('image/');

/** The three digests that every event carries. */
async function digestsOf(asset: Asset, reach: (asset: Asset) => Promise<ByteStore>): Promise<Fingerprint[]> {
  const digests = digestNames.map((algorithm) => ({ algorithm, ...fingerprinters[algorithm] }));
  if (asset.size === undefined)
    return digests.map(({ algorithm, recipe, compute }) => ({
      algorithm,
      hex: compute(asset.bytes),
      recipe,
    }));
  const begun = digests.map(({ algorithm, recipe, begin }) => ({ algorithm, recipe, hash: begin() }));
  const store = await reach(asset);
  try {
    for await (const chunk of chunksOf(store)) for (const { hash } of begun) hash.update(chunk);
  } finally {
    await store.close();
  }
  return begun.map(({ algorithm, recipe, hash }) => ({ algorithm, hex: hash.hex(), recipe }));
}

type Wired = Pick<FingerprintPorts, 'fingerprint' | 'wantsPixels'>;

function fingerprintPorts(
  known: KnownAlgorithms,
  algorithms: readonly string[],
  viewSet: ViewSet,
  side: Side,
): Wired {
  const ofPixels = algorithms.flatMap((name) => {
    const fingerprinter = known.get(name);
    return fingerprinter.kind === 'pixels' ? [{ name, fingerprinter }] : [];
  });
  return {
    wantsPixels: ofPixels.length > 0,
    fingerprint: frameFingerprinter(ofPixels, viewSet, side),
  };
}
