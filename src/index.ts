/**
 * The library: what the command line is made of. `createScanner` wires the pipeline; `loadList` reads a hash list;
 * `sources` name what to scan. Nothing here prints, exits, or reads the environment.
 */
import { algorithmBits } from './fingerprints/index.js';
import { type LoadedList, type LoadOptions, loadList as load } from './lists/load.js';

export { Skip, StageError, UsageError } from './core/errors.js';
export { hammingDistance, hexToBytes } from './core/hamming.js';
export type { CompiledList, HashList, KnownHashes } from './core/hash-list.js';
export { count, emptySummary, isComplete, type Summary } from './core/summary.js';
export type {
  AssetFacts,
  AssetRef,
  Bitmap,
  Category,
  DetectionEvent,
  Fingerprint,
  FingerprintedAsset,
  ListIdentity,
  Match,
  Outcome,
  Problem,
  ScanResult,
  Withheld,
} from './core/types.js';
export { displayUri, filePath, fileUri } from './core/uri.js';
export {
  type AlgorithmName,
  algorithmNames,
  fingerprinters,
  type PdqVariant,
  pdqDihedral,
} from './fingerprints/index.js';
export type { ListReport, LoadedList, LoadOptions } from './lists/load.js';
export { createScanner, type Scanner, type ScannerOptions } from './scanner.js';
export { sources, tellTarget } from './sources/index.js';
export type { Source, Sourced } from './sources/types.js';
export { version } from './version.js';

/** Reads a hash list of any known format. Raises UsageError as `LoadOptions` and docs/lists.md say. */
export const loadList = (options: Omit<LoadOptions, 'algorithms'>): Promise<LoadedList> =>
  load({ ...options, algorithms: algorithmBits });
