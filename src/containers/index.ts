import { createHash } from 'node:crypto';
import type { Opening } from '../core/scan.js';
import type { Asset, ByteStore } from '../core/types.js';
import { Budget } from './budget.js';
import { gzipContainer } from './gzip.js';
import { pdfContainer } from './pdf.js';
import { memoryStore } from './store.js';
import { tarContainer } from './tar.js';
import { thumbnailContainer } from './thumbnail.js';
import type { Container, InsideKind, InsideLimits } from './types.js';
import { zipContainer } from './zip.js';

/** Every container by name. Heavy libraries are loaded when the first of its kind is opened. */
export const containers = {
  zip: zipContainer,
  tar: tarContainer,
  gzip: gzipContainer,
  thumbnail: thumbnailContainer,
  pdf: pdfContainer,
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
  return `2 ${[...kinds].sort().join(' ')} ${digest}`;
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
    const container = containerFor(mediaType);
    // A piece of a file has no pieces.
    if (!container || !kinds.includes(container.kind) || asset.ref.part !== undefined) return undefined;
    const { isPicture } = container;
    const above = outer && budgets.get(outer);
    const budget = above?.deeper() ?? Budget.of(limits, asset.size ?? asset.bytes.length);
    async function* contents() {
      if (!isPicture) budget.checkDepth();
      const store = asset.size === undefined ? memoryStore(asset.bytes) : await reach(asset);
      try {
        yield* budget.clocked(container!.open(store, budget));
      } finally {
        await store.close();
      }
    }
    const opening = { how, isPicture, contents: contents() };
    budgets.set(opening, budget);
    return opening;
  };
}

export { type InsideKind, type InsideLimits, insideKinds } from './types.js';
