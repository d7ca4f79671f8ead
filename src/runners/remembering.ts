import { type Craft, type Kept, keptOf, knownOf, type Remembered, seenBy } from '../core/memory.js';
import type { FingerprintLine } from '../core/scan.js';
import type { AssetRef, FingerprintedAsset, ScanResult } from '../core/types.js';
import type { Scanner } from '../scanner.js';

/** What a run may know of assets from before. */
export interface RememberOptions {
  recall(ref: AssetRef): Remembered | undefined;
  readonly tool: string;
  /** True for a memory that is to be put to the test: read the asset again and compare. */
  readonly doubt?: (() => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A result, and what is to be remembered of it. */
export interface Recollected {
  readonly result: ScanResult;
  /** Set where the asset was read. */
  readonly kept?: Kept;
  /** The memory that stands, where nothing was read. */
  readonly row?: number;
  /** False for a place that a source passed over: nothing to remember. */
  readonly isAsset: boolean;
  /** Outcome of a test of the memory. */
  readonly verified?: 'same' | 'differs';
}

type Item = Parameters<Scanner['passed']>[0];

/**
 * As `scanner.scan`, but what is remembered of an unchanged asset is neither read nor decoded again; it is matched all
 * the same, always.
 */
export function scanRemembering(
  scanner: Scanner,
  source: AsyncIterable<Item>,
  options: RememberOptions,
): AsyncGenerator<Recollected> {
  const { signal, tool } = options;
  const craft: Craft = { recipes: scanner.recipes, look: scanner.look, tool };
  const judged = (asset: FingerprintedAsset) => scanner.judge(seenBy(asset, craft));

  async function one(item: Item, fingerprint: FingerprintLine): Promise<Recollected> {
    const passed = scanner.passed(item);
    if (passed) return { result: passed, isAsset: false };
    const ref = item as AssetRef;
    const memory = options.recall(ref);
    const known = memory && knownOf(memory, craft);
    const asset = await fingerprint(ref, signal, known);
    if ('outcome' in asset) return { result: asset, isAsset: true };
    if (!memory || asset !== known?.asset)
      return { result: judged(asset), kept: keptOf(asset, craft, known, memory), isAsset: true };
    if (!options.doubt?.()) return { result: judged(asset), row: memory.row, isAsset: true };
    const fresh = await fingerprint(ref, signal);
    if ('outcome' in fresh) return { result: fresh, isAsset: true };
    const verified = isSame(seenBy(asset, craft), fresh) ? 'same' : 'differs';
    return { result: judged(fresh), kept: keptOf(fresh, craft), isAsset: true, verified };
  }
  return scanner.map(source, one, signal);
}

function isSame(a: FingerprintedAsset, b: FingerprintedAsset): boolean {
  const text = ({ fingerprints, withheld }: FingerprintedAsset) =>
    JSON.stringify(
      [...fingerprints, ...withheld].map((one) => JSON.stringify(Object.entries(one).sort())).sort(),
    );
  return text(a) === text(b);
}
