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

/** Every container by its name. Most of them load their reader and its libraries when they open their first asset. */
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
    // The decoder says that a text is no picture, or that it is a picture that hashsieve does not read (SVG).
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

/** The limits for which no option exists. `InsideLimits` names their units. */
export const insideDefaults = {
  maxDepth: 5,
  maxMembers: 100_000,
  maxRatio: 200,
  freeBytes: 250e6,
  maxTotalBytes: 100e9,
} satisfies Partial<InsideLimits>;

/** The container that reads a media type, even if the operator switched it off; undefined if there is none. */
export const containerFor = (mediaType: string): Container | undefined =>
  Object.values(containers).find(({ mediaTypes }) => mediaTypes.includes(mediaType));

/** The limits that decide what hashsieve finds inside an asset. */
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

/**
 * Describes the settings for looking into assets as one line of text. Two runs with the same line find the same in the
 * same asset.
 */
export function howOpened(kinds: readonly InsideKind[], limits: InsideLimits): string {
  const settings = decisive.map((name) => limits[name]);
  const digest = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12);
  return `8 ${[...kinds].sort().join(' ')} ${digest}`;
}

/**
 * The media type of an asset. Bytes do not show that they are Brotli: a file of unknown bytes is Brotli by its name.
 */
const typeByName = ({ ref }: Asset, mediaType: string): string =>
  mediaType === 'application/octet-stream' && /\.br$/i.test(ref.member ?? ref.uri) ? brotliType : mediaType;

/** Gives each member a name of its own. One file may be two containers, whose members may share names. */
async function* toldApart(contents: AsyncIterable<Inside>): AsyncGenerator<Inside> {
  const distinct = distinctNames();
  for await (const one of contents)
    yield one.member === undefined ? one : { ...one, member: distinct(one.member) };
}

/** How hashsieve looks into one asset. */
interface Plan {
  /** The container that opens it; undefined if there is none, or if the operator switched it off. */
  readonly container: Container | undefined;
  /** The bytes of a zip file that hangs behind something else. */
  readonly zip: Uint8Array | undefined;
  /** True if that zip file is opened too. */
  readonly opensZip: boolean;
  /** True if a decoder gets the asset as well: it is a picture or video, or may be one that no decoder reads. */
  readonly isPicture: boolean;
  /**
   * What the search looks through after the containers: the bytes that readers leave out (`left`), all of a file that
   * no reader knows (`all`), or nothing (undefined). With `told` it only checks whether all of the file is text,
   * because the operator switched the search off.
   */
  readonly search: 'left' | 'all' | 'told' | undefined;
}

function planOf(asset: Asset, sniffed: string, kinds: readonly InsideKind[]): Plan {
  const mediaType = typeByName(asset, sniffed);
  const known = containerFor(mediaType);
  const container = known && kinds.includes(known.kind) ? known : undefined;
  const isNothing = isUnknown(mediaType);
  const isOne = known?.kind === 'archives' || asset.size !== undefined;
  // A document may hold a zip file as an attachment; that one does not end the file.
  const behind = isOne ? undefined : appendedZip(asset.bytes, known?.isPicture === false);
  const opensZip = behind !== undefined && kinds.includes('archives');
  const isMovie = mediaType.startsWith('video/') || isSound(mediaType);
  const kind = isMovie ? 'video' : mediaType.startsWith('image/') ? 'thumbnails' : 'archives';
  const isOff = !kinds.includes(kind) || (known && !container && !known.isPicture);
  const isText = isNothing && mediaType.startsWith('text/');
  const search = isOff ? (isText ? 'told' : undefined) : isNothing ? 'all' : 'left';
  // The search of a whole file also says what the file is: no decoder is needed.
  const isPicture = search !== 'all' && search !== 'told' && (container?.isPicture ?? true);
  return { container, zip: behind, opensZip, isPicture, search };
}

/** Whether a media type is sound that hashsieve reads like a video, because it may hold pictures. */
const isSound = (mediaType: string) => mediaType === 'audio/mp4' || mediaType === 'application/ogg';

/** True for media types that no reader reads: kinds that hashsieve knows to be no picture, and unknown bytes. */
const isUnknown = (mediaType: string) =>
  mediaType === 'application/octet-stream' || knownKindOf(mediaType) !== undefined;

/** Where a member lies in the bytes of its asset; undefined if it is a copy. */
function spanWithin({ bytes: all }: Asset, { bytes }: Inside): Span | undefined {
  if (bytes?.buffer !== all.buffer) return undefined;
  const from = bytes.byteOffset - all.byteOffset;
  return from >= 0 && from + bytes.length <= all.length ? { from, to: from + bytes.length } : undefined;
}

/**
 * Makes the function that opens assets, as `FingerprintPorts.open` describes it.
 * @param kinds the kinds of contents that it looks for.
 * @param reach reads an asset whose bytes are not all in memory.
 * @param explain turns the error for a file that no reader knows into the one that the caller gets.
 */
export function createOpener(
  kinds: readonly InsideKind[],
  limits: InsideLimits,
  reach: (asset: Asset) => Promise<ByteStore>,
  explain: (asset: Asset, error: unknown) => unknown = (_, error) => error,
) {
  const how = howOpened(kinds, limits);
  const budgets = new WeakMap<Opening, Budget>();
  /** Bytes that an outer search found, and through which it has already looked. */
  const searched = new WeakSet<Uint8Array>();
  return (asset: Asset, mediaType: string, outer?: Opening): Opening | undefined => {
    // A part, such as a thumbnail, is not opened again.
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
