import { createHash } from 'node:crypto';
import type { Inside, Opening } from '../core/index.js';
import type { Asset, ByteStore } from '../core/types.js';
import { appendedZip } from './appended.js';
import { behindJpeg } from './behind-jpeg.js';
import { Budget } from './budget.js';
import { heifVideos } from './heif-video.js';
import { distinctNames } from './names.js';
import { chunksOf, memoryStore } from './store.js';
import { thumbnailContainer } from './thumbnail.js';
import type { Container, InsideKind, InsideLimits } from './types.js';

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
  },
  thumbnail: {
    ...thumbnailContainer,
    async *open(store, budget) {
      yield* thumbnailContainer.open(store, budget);
      yield* behindJpeg(store, budget);
      yield* heifVideos(store, budget);
    },
  },
  pdf: {
    kind: 'pdf',
    mediaTypes: ['application/pdf'],
    isPicture: false,
    async *open(store, budget) {
      yield* (await import('./pdf.js')).pdfPictures(store, budget);
    },
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

/** Media types that are looked into. */
export const openedTypes = (kinds: readonly InsideKind[]): string[] =>
  Object.values(containers).flatMap(({ kind, mediaTypes }) => (kinds.includes(kind) ? mediaTypes : []));

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
  return `5 ${[...kinds].sort().join(' ')} ${digest}`;
}

/** What is inside two containers that are one file, each member under a name of its own. */
async function* toldApart(contents: AsyncIterable<Inside>): AsyncGenerator<Inside> {
  const distinct = distinctNames();
  for await (const one of contents)
    yield one.member === undefined ? one : { ...one, member: distinct(one.member) };
}

/** As `FingerprintPorts.open`. `reach` reads an asset whose bytes are not all there. */
export function createOpener(
  kinds: readonly InsideKind[],
  limits: InsideLimits,
  reach: (asset: Asset) => Promise<ByteStore>,
) {
  const how = howOpened(kinds, limits);
  const budgets = new WeakMap<Opening, Budget>();
  return (asset: Asset, mediaType: string, outer?: Opening): Opening | undefined => {
    // A piece of a file has no pieces.
    if (asset.ref.part !== undefined) return undefined;
    const known = containerFor(mediaType);
    const container = known && kinds.includes(known.kind) ? known : undefined;
    const isOne = known?.kind === 'archives' || asset.size !== undefined;
    // A document may hold one as an attached file, which is not behind it.
    const behind = isOne ? undefined : appendedZip(asset.bytes, known?.isPicture === false);
    // Where archives are switched off, too, it is remembered that there is one.
    if (!container && !behind) return undefined;
    const zip = kinds.includes('archives') ? behind : undefined;
    const isPicture = container?.isPicture ?? true;
    const above = outer && budgets.get(outer);
    const budget = above?.deeper() ?? Budget.of(limits, asset.size ?? asset.bytes.length);
    async function* contents() {
      if (!isPicture || zip) budget.checkDepth();
      if (zip) yield* budget.clocked(containers.zip.open(memoryStore(zip), budget));
      if (!container) return;
      const store = asset.size === undefined ? memoryStore(asset.bytes) : await reach(asset);
      try {
        yield* budget.clocked(container.open(store, budget));
      } finally {
        await store.close();
      }
    }
    const opening = { how, isPicture, contents: zip ? toldApart(contents()) : contents() };
    budgets.set(opening, budget);
    return opening;
  };
}

export { chunksOf, memoryStore } from './store.js';
export { type InsideKind, type InsideLimits, insideKinds } from './types.js';
