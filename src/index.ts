/**
 * The library: what the command line is made of (docs/library.md). Nothing here prints, exits, or reads the environment.
 */
import { type HashList, printable, UsageError } from './core/index.js';
import { version } from './files/index.js';
import { knownAlgorithms, type OwnAlgorithm, parsersOf, storageOf } from './fingerprints/index.js';
import { type LoadedList, type LoadOptions, loadList as load } from './lists/index.js';
import {
  type Compiled,
  compileLists as compile,
  type OpenedList,
  openCompiled as open,
  type Verification,
  verifyCompiled as verify,
} from './matching/index.js';

// What can be done, as the commands do it.
export {
  type AddOptions,
  type AlarmCheck,
  addToList,
  type Blocked,
  type BlockOptions,
  blockAddresses,
  type CalibrateOptions,
  type CalibrationReport,
  type Check,
  type CompareOptions,
  type Comparison,
  calibrate,
  checkDraftDirectory,
  checkLedgerFile,
  comparePictures,
  type DestroyOptions,
  type DestroyPorts,
  type DraftCheck,
  type Drafted,
  type DraftOptions,
  type DueEvidence,
  type DueOptions,
  deliverNotices,
  describeList,
  destroyEvidence,
  diffLists,
  draftLetters,
  draftNotices,
  draftReports,
  dueEvidence,
  type EvidenceBytes,
  type EvidenceList,
  type EvidencePackage,
  type Exported,
  type ExportOptions,
  examine,
  exportLists,
  type HashOptions,
  type HoldOptions,
  hashPictures,
  holdEvidence,
  keepCalibration,
  type LedgerCheck,
  type LedgerFile,
  type LedgerFileOptions,
  type LedgerNotes,
  type LedgerRepair,
  type LetterOptions,
  type ListChange,
  type ListDifference,
  type ListOptions,
  listEvidence,
  type MatchAnswer,
  type MatchOptions,
  type Merged,
  type MergeOptions,
  matchHashes,
  mergeLists,
  type NoticeOptions,
  type OpenOptions,
  openEvidence,
  openLedgerFile,
  type PictureDistance,
  type Progress,
  type Published,
  type PublishOptions,
  planScan,
  publishLists,
  type RecordPorts,
  type RematchOptions,
  type RunReport,
  rematch,
  removeFromList,
  repairLedgerFile,
  type ScanOptions,
  type ScanPlan,
  type ScanPorts,
  type Sealed,
  type SealingOptions,
  type SealOptions,
  type SelftestOptions,
  type Submission,
  type SubmitOptions,
  type SubmitPorts,
  type Surroundings,
  type SyncOptions,
  type SyncOutcome,
  scan,
  sealDetections,
  sealEvidence,
  selftest,
  submitDraft,
  syncLists,
  type TargetTest,
  testTargets,
  type VerifyOptions,
  verifyEvidence,
} from './app/index.js';
export type {
  CompiledList,
  DataStream,
  HashList,
  KnownHashes,
  ListFacts,
  Voice,
} from './core/index.js';
export {
  count,
  displayUri,
  emptySummary,
  filePath,
  fileUri,
  hammingDistance,
  hexToBytes,
  isComplete,
  type RunConduct,
  type Shortfall,
  Skip,
  StageError,
  type Summary,
  UsageError,
  whyIncomplete,
} from './core/index.js';
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
export { findFfmpeg } from './decoders/index.js';
export {
  type AlgorithmName,
  type AlgorithmSource,
  algorithmNames,
  type BuiltInAlgorithm,
  fingerprinters,
  type HashIndex,
  type HashIndexMaker,
  loadAlgorithm,
  type OwnAlgorithm,
  type PdqVariant,
  pdqDihedral,
} from './fingerprints/index.js';
export type { ListReport, LoadedList, LoadOptions } from './lists/index.js';
export {
  formatOfFile,
  type OutputName,
  outputFormats,
  type Palette,
  plain as plainPalette,
} from './outputs/index.js';
export type { OtherRecord, OutputFormat, OutputRecord, OutputWriter } from './outputs/types.js';
export type { DraftDirectory, RefusedEvent } from './reports/index.js';
export type { Operator } from './reports/types.js';
export { recordOf } from './runs/index.js';
export {
  assetOfBytes,
  type BytesOptions,
  createJudge,
  createReader,
  createScanner,
  type Judge,
  type JudgeOptions,
  type ListSet,
  type Reader,
  type ReaderOptions,
  type Scanner,
  type ScannerOptions,
  scanBytes,
} from './scanner/index.js';
export { sources, tellTarget } from './sources/index.js';
export type { Source, Sourced } from './sources/types.js';
export type { Compiled, OpenedList, Verification };
export { version };

/**
 * Reads a hash list of any known format. Raises UsageError as `LoadOptions` and docs/lists.md say.
 * @example
 * const { list, report } = await loadList({ path: 'known.csv' });
 * const { list: allow } = await loadList({ path: 'harmless.csv', notes: true });
 * @param options `algorithms`: algorithms of your own whose hashes the list holds.
 */
export const loadList = ({
  algorithms = [],
  ...options
}: Omit<LoadOptions, 'algorithms'> & {
  readonly algorithms?: readonly OwnAlgorithm[];
}): Promise<LoadedList> =>
  load({ ...options, algorithms: bitsOf(algorithms), parsers: parsersOf(algorithms) });

/** Widths in bits of the built-in algorithms and of these. Raises UsageError where one of these cannot be used. */
const bitsOf = (own: readonly OwnAlgorithm[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...knownAlgorithms(own).all].map(([name, one]) => [name, one.bits]));

/**
 * Writes lists to one compiled file (docs/search-index.md), which appears whole or not at all. Needs memory for one image (at
 * most 2.2 GB) beside the lists. Rejects with the system's error where the file cannot be written, and when `signal` aborts.
 * @example
 * await compileLists([list], 'known.hsx');
 * @param options `algorithms`: algorithms of your own whose hashes the lists hold.
 */
export const compileLists = (
  lists: readonly HashList[],
  path: string,
  {
    algorithms,
    ...options
  }: { readonly signal?: AbortSignal; readonly algorithms?: readonly OwnAlgorithm[] } = {},
): Promise<Compiled> =>
  compile(lists, path, { ...options, tool: version, now: new Date(), ...storageOf(algorithms) });

/**
 * Opens a compiled list without reading more than its description; `createScanner` takes it among its `lists`. Close it
 * afterwards. Raises UsageError where the file cannot be read, is damaged, was made for another version, or holds hashes
 * of an algorithm that is neither built in nor handed in, or that was compiled for another metric.
 * @example
 * scanner.useLists({ lists: [openCompiled('known.hsx')] });
 * @param algorithms algorithms of your own whose hashes the list holds.
 */
export function openCompiled(path: string, algorithms: readonly OwnAlgorithm[] = []): OpenedList {
  const opened = open(path, bitsOf(algorithms));
  const { unindexed } = storageOf(algorithms);
  const other = opened.meta.columns.find((one) => unindexed.has(one.algorithm) && !one.searchedWhole);
  if (!other) return opened;
  opened.close();
  throw new UsageError(
    `${printable(path)} holds ${other.algorithm} for another metric: compile the list again`,
  );
}

/**
 * Reads a compiled list whole and compares every checksum. Raises UsageError where it cannot even be opened.
 * @example
 * const { damaged } = await verifyCompiled('known.hsx');
 * @param algorithms as for `openCompiled`.
 */
export const verifyCompiled = (
  path: string,
  signal?: AbortSignal,
  algorithms?: readonly OwnAlgorithm[],
): Promise<Verification> => verify(path, bitsOf(algorithms ?? []), signal);
