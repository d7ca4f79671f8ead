import { createHash } from 'node:crypto';
import {
  archiveTypes,
  brotliType,
  type Inside,
  knownKindOf,
  type Opening,
  packedTypes,
} from '../core/index.js';
import type { Asset, ByteStore } from '../core/types.js';
import { appendedZip } from './appended.js';
import { behindJpeg } from './behind-jpeg.js';
import { Budget } from './budget.js';
import { heifVideos } from './heif-video.js';
import { distinctNames } from './names.js';
import { chunksOf, memoryStore } from './store.js';
import { thumbnailContainer } from './thumbnail.js';
import type { Container, InsideKind, InsideLimits, Span } from './types.js';

/** Every container by name. What reads it, and heavy libraries, are loaded when the first of its kind is opened. */
export const containers = {
  zip: {
    kind: 'archives',
    mediaTypes: ['application/zip'],
    isPicture: false,
    async *open(store, budget) {
      yield* (await import('./zip.js')).zipMembers(store, budget);
    },
  },
  tar: {
    kind: 'archives',
    mediaTypes: ['application/x-tar'],
    isPicture: false,
    async *open(store, budget) {
      yield* (await import('./tar.js')).tarMembers(chunksOf(store), budget);
    },
  },
  gzip: {
    kind: 'archives',
    mediaTypes: ['application/gzip'],
    isPicture: false,
    async *open(store, budget) {
      yield* (await import('./gzip.js')).gzipContents(store, budget);
    },
    unaccounted: async (store) => (await import('./gzip.js')).aroundGzip(store),
  },
  sevenZip: {
    kind: 'archives',
    mediaTypes: archiveTypes,
    isPicture: false,
    async *open(store, budget) {
      yield* (await import('./seven-zip.js')).sevenZipMembers(store, budget);
    },
    unaccounted: async (store) => (await import('./seven-zip.js')).aroundMembers(store),
  },
  packed: {
    kind: 'archives',
    mediaTypes: packedTypes,
    isPicture: false,
    async *open(store, budget) {
      yield* (await import('./packed.js')).packedContents(store, budget);
    },
  },
  text: {
    kind: 'text',
    mediaTypes: ['text/plain', 'text/html', 'text/xml', 'image/svg+xml'],
    // That it is no picture, or one that is not read, is said by whoever decodes it.
    isPicture: true,
    async *open(store, budget) {
      yield* (await import('./text.js')).textContents(store, budget);
    },
  },
  mail: {
    kind: 'text',
    mediaTypes: ['message/rfc822'],
    isPicture: false,
    async *open(store, budget) {
      yield* (await import('./mail.js')).mailParts(store, budget);
    },
  },
  mbox: {
    kind: 'text',
    mediaTypes: ['application/mbox'],
    isPicture: false,
    async *open(store, budget) {
      yield* (await import('./mbox.js')).mboxMessages(store, budget);
    },
  },
  compound: {
    kind: 'archives',
    mediaTypes: ['application/x-ole-storage'],
    isPicture: false,
    async *open(store, budget) {
      yield* (await import('./compound.js')).compoundStreams(store, budget);
    },
  },
  outlook: {
    kind: 'text',
    mediaTypes: ['application/vnd.ms-outlook'],
    isPicture: false,
    async *open(store, budget) {
      yield* (await import('./compound.js')).outlookParts(store, budget);
    },
  },
  thumbnail: {
    ...thumbnailContainer,
    async *open(store, budget) {
      yield* thumbnailContainer.open(store, budget);
      yield* behindJpeg(store, budget);
      yield* heifVideos(store, budget);
    },
  },
  rtf: {
    kind: 'archives',
    mediaTypes: ['text/rtf'],
    isPicture: false,
    async *open(store, budget) {
      yield* (await import('./rtf.js')).rtfPictures(store, budget);
    },
    unaccounted: async (store) => (await import('./rtf.js')).rtfRest(store),
  },
  pdf: {
    kind: 'pdf',
    mediaTypes: ['application/pdf'],
    isPicture: false,
    async *open(store, budget) {
      yield* (await import('./pdf.js')).pdfPictures(store, budget);
    },
    unaccounted: async (store) => (await import('./pdf-strays.js')).aroundPdf(store),
  },
} satisfies Record<string, Container>;

/** What cannot be had by an option, because nobody needs it otherwise. */
export const insideDefaults = {
  maxDepth: 5,
  maxMembers: 100_000,
  maxRatio: 200,
  freeBytes: 250e6,
  maxTotalBytes: 100e9,
} satisfies Partial<InsideLimits>;

/** The container of a media type, whether it is looked into or not. */
export const containerFor = (mediaType: string): Container | undefined =>
  Object.values(containers).find(({ mediaTypes }) => mediaTypes.includes(mediaType));

/** The limits that decide what is found inside. */
const decisive = [
  'maxBytes',
  'maxPixels',
  'timeoutSeconds',
  'maxDepth',
  'maxMembers',
  'maxRatio',
  'freeBytes',
  'maxTotalBytes',
  'seconds',
] as const satisfies readonly (keyof InsideLimits)[];

/** Says how assets are looked into: the same settings find the same. */
export function howOpened(kinds: readonly InsideKind[], limits: InsideLimits): string {
  const settings = decisive.map((name) => limits[name]);
  const digest = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12);
  return `7 ${[...kinds].sort().join(' ')} ${digest}`;
}

/** The one kind that its name tells, because its bytes do not: Brotli, in a file of bytes that tell nothing. */
const typeByName = ({ ref }: Asset, mediaType: string): string =>
  mediaType === 'application/octet-stream' && /\.br$/i.test(ref.member ?? ref.uri) ? brotliType : mediaType;

/** What is inside two containers that are one file, each member under a name of its own. */
async function* toldApart(contents: AsyncIterable<Inside>): AsyncGenerator<Inside> {
  const distinct = distinctNames();
  for await (const one of contents)
    yield one.member === undefined ? one : { ...one, member: distinct(one.member) };
}

/** How the bytes of an asset are looked into. */
interface Plan {
  readonly container: Container | undefined;
  /** A zip file behind something else, and whether it is looked into. */
  readonly zip: Uint8Array | undefined;
  readonly opensZip: boolean;
  /** True where it is a picture or video, or may be one that no decoder reads. */
  readonly isPicture: boolean;
  /**
   * What is searched for beginnings, behind all else: what readers leave out (`left`), all of a file that nobody reads
   * (`all`), or nothing. Of a text that may not be searched is only told whether all of it is text (`told`).
   */
  readonly search: 'left' | 'all' | 'told' | undefined;
}

function planOf(asset: Asset, sniffed: string, kinds: readonly InsideKind[]): Plan {
  const mediaType = typeByName(asset, sniffed);
  const known = containerFor(mediaType);
  const container = known && kinds.includes(known.kind) ? known : undefined;
  const isNothing = isUnknown(mediaType);
  const isOne = known?.kind === 'archives' || asset.size !== undefined;
  // A document may hold one as an attached file, which is not behind it.
  const behind = isOne ? undefined : appendedZip(asset.bytes, known?.isPicture === false);
  const opensZip = behind !== undefined && kinds.includes('archives');
  const isMovie = mediaType.startsWith('video/') || isSound(mediaType);
  const kind = isMovie ? 'video' : mediaType.startsWith('image/') ? 'thumbnails' : 'archives';
  const isOff = !kinds.includes(kind) || (known && !container && !known.isPicture);
  const isText = isNothing && mediaType.startsWith('text/');
  const search = isOff ? (isText ? 'told' : undefined) : isNothing ? 'all' : 'left';
  // Where all of it is gone through, that says what it is.
  const isPicture = search !== 'all' && search !== 'told' && (container?.isPicture ?? true);
  return { container, zip: behind, opensZip, isPicture, search };
}

/** Sound that is read as videos are, because it may hold pictures. */
const isSound = (mediaType: string) => mediaType === 'audio/mp4' || mediaType === 'application/ogg';

/** True for what no reader reads: it is known to hold no picture, or nobody knows it. */
const isUnknown = (mediaType: string) =>
  mediaType === 'application/octet-stream' || knownKindOf(mediaType) !== undefined;

/** Where bytes lie that were yielded as a part of the asset's own. */
function spanWithin({ bytes: all }: Asset, { bytes }: Inside): Span | undefined {
  if (bytes?.buffer !== all.buffer) return undefined;
  const from = bytes.byteOffset - all.byteOffset;
  return from >= 0 && from + bytes.length <= all.length ? { from, to: from + bytes.length } : undefined;
}

/**
 * As `FingerprintPorts.open`. `reach` reads an asset whose bytes are not all there; `explain` gets what a file ends
 * with that nobody reads, and says what that means for it.
 */
export function createOpener(
  kinds: readonly InsideKind[],
  limits: InsideLimits,
  reach: (asset: Asset) => Promise<ByteStore>,
  explain: (asset: Asset, error: unknown) => unknown = (_, error) => error,
) {
  const how = howOpened(kinds, limits);
  const budgets = new WeakMap<Opening, Budget>();
  /** Bytes in which everything was found that begins there, when they were found. */
  const searched = new WeakSet<Uint8Array>();
  return (asset: Asset, mediaType: string, outer?: Opening): Opening | undefined => {
    // A piece of a file has no pieces.
    if (asset.ref.part !== undefined) return undefined;
    const { container, zip, opensZip, isPicture, search } = planOf(asset, mediaType, kinds);
    const above = outer && budgets.get(outer);
    const budget = above?.deeper() ?? Budget.of(limits, asset.size ?? asset.bytes.length);
    async function* from(store: ByteStore): AsyncGenerator<Inside> {
      const accounted: Span[] = [];
      if ((container && !container.isPicture) || opensZip) budget.checkDepth();
      if (zip) accounted.push(spanWithin(asset, { bytes: zip })!);
      if (zip && opensZip) yield* containers.zip.open(memoryStore(zip), budget);
      for await (const inside of container?.open(store, budget) ?? []) {
        const span = spanWithin(asset, inside);
        if (span) accounted.push(span);
        yield inside;
      }
      if (!search || asset.bytes.length === 0) return;
      const { searchLeft, searchUnknown, tellText, unaccountedIn } = await import('./carve/index.js');
      const isSearched = searched.has(asset.bytes);
      const onSearched = (bytes: Uint8Array) => searched.add(bytes);
      const searching = { store, budget, accounted, isSearched, onSearched };
      if (search !== 'left') {
        try {
          if (search === 'told') await tellText(mediaType, searching);
          return yield* searchUnknown(mediaType, searching);
        } catch (error) {
          throw explain(asset, error);
        }
      }
      const left = container?.isPicture === false ? await container.unaccounted?.(store) : undefined;
      if (left) yield* searchLeft(left, searching);
      else if (container?.isPicture !== false)
        yield* searchLeft(await unaccountedIn(store, mediaType), searching);
    }
    async function* contents() {
      const store = asset.size === undefined ? memoryStore(asset.bytes) : await reach(asset);
      try {
        yield* budget.clocked(from(store));
      } finally {
        await store.close();
      }
    }
    const opening = { how, isPicture, contents: toldApart(contents()) };
    budgets.set(opening, budget);
    return opening;
  };
}

export { chunksOf, memoryStore } from './store.js';
export { type InsideKind, type InsideLimits, insideKinds } from './types.js';
