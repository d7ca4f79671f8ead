/**
 * The library: what the command line is made of (docs/library.md). Nothing here prints, exits, or reads the environment.
 */
import type { HashList } from './core/hash-list.js';
import { version } from './files/version.js';
import { algorithmBits, algorithmNames, fingerprinters } from './fingerprints/index.js';
import { type LoadedList, loadList as load } from './lists/load.js';
import type { LoadOptions } from './lists/read.js';
import { type Compiled, compileLists as compile } from './matching/compiled/compile.js';
import { type OpenedList, openCompiled as open } from './matching/compiled/open.js';
import { type Verification, verifyCompiled as verify } from './matching/compiled/verify.js';

export { draftNotices, type NoticeOptions } from './app/draft-notices.js';
export {
  type LedgerFile,
  type LedgerFileOptions,
  type LedgerNotes,
  openLedgerFile,
} from './app/open-ledger-file.js';
export { Skip, StageError, UsageError } from './core/errors.js';
export { hammingDistance, hexToBytes } from './core/hamming.js';
export type { CompiledList, HashList, KnownHashes, ListFacts } from './core/hash-list.js';
export {
  count,
  emptySummary,
  isComplete,
  type RunConduct,
  type Shortfall,
  type Summary,
  whyIncomplete,
} from './core/summary.js';
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
export { findFfmpeg } from './decoders/find-ffmpeg.js';
export {
  type AlgorithmName,
  algorithmNames,
  fingerprinters,
  type PdqVariant,
  pdqDihedral,
} from './fingerprints/index.js';
export type { LoadedList } from './lists/load.js';
export type { ListReport, LoadOptions } from './lists/read.js';
export { formatOfFile, type OutputName, outputFormats } from './outputs/index.js';
export { type Palette, plain as plainPalette } from './outputs/palette.js';
export type { OtherRecord, OutputFormat, OutputRecord, OutputWriter } from './outputs/types.js';
export type { DraftDirectory } from './reports/assemble.js';
export type { RefusedEvent } from './reports/cases.js';
export type { Operator } from './reports/types.js';
export { recordOf } from './runs/record.js';
export { assetOfBytes, type BytesOptions } from './scanner/bytes.js';
export { createJudge, type Judge, type JudgeOptions, type ListSet } from './scanner/judge.js';
export { createReader, type Reader, type ReaderOptions } from './scanner/reader.js';
export { createScanner, type Scanner, type ScannerOptions, scanBytes } from './scanner/scanner.js';
export { sources, tellTarget } from './sources/index.js';
export type { Source, Sourced } from './sources/types.js';
export type { Compiled, OpenedList, Verification };
export { version };

/**
 * Reads a hash list of any known format. Raises UsageError as `LoadOptions` and docs/lists.md say.
 * @example
 * const { list, report } = await loadList({ path: 'known.csv' });
 * const { list: allow } = await loadList({ path: 'harmless.csv', notes: true });
 */
export const loadList = (options: Omit<LoadOptions, 'algorithms'>): Promise<LoadedList> =>
  load({ ...options, algorithms: algorithmBits });

/**
 * Writes lists to one compiled file (docs/index.md), which appears whole or not at all. Needs memory for one image (at
 * most 2.2 GB) beside the lists. Rejects with the system's error where the file cannot be written, and when `signal` aborts.
 * @example
 * await compileLists([list], 'known.hsx');
 */
export const compileLists = (
  lists: readonly HashList[],
  path: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Compiled> => {
  const exact = new Set(algorithmNames.filter((name) => fingerprinters[name].kind === 'bytes'));
  return compile(lists, path, { ...options, tool: version, now: new Date(), exact });
};

/**
 * Opens a compiled list without reading more than its description; `createScanner` takes it among its `lists`. Close it
 * afterwards. Raises UsageError where the file cannot be read, is damaged, or was made for another version.
 * @example
 * scanner.useLists({ lists: [openCompiled('known.hsx')] });
 */
export const openCompiled = (path: string): OpenedList => open(path, algorithmBits);

/**
 * Reads a compiled list whole and compares every checksum. Raises UsageError where it cannot even be opened.
 * @example
 * const { damaged } = await verifyCompiled('known.hsx');
 */
export const verifyCompiled = (path: string, signal?: AbortSignal): Promise<Verification> =>
  verify(path, algorithmBits, signal);
