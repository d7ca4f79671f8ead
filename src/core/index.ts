export { type RemoteAnswers, withAnswers } from './answered.js';
export { type ArchiveKind, archiveKind, archiveTypes, brotliType, packedTypes } from './archive-kinds.js';
export {
  type CacheEntry,
  computedEntry,
  type EarlierLook,
  type FingerprintSettings,
  isSameFile,
  isSettled,
  knownOf,
  lackOf,
  restrictedTo,
  type StoredAsset,
  unmatched,
  unpacked,
} from './cache-entry.js';
export {
  bandOf,
  type Exposure,
  expectedByChance,
  expectedOfDigest,
  noisyExpectation,
  perPictures,
  type Tail,
  thresholdFor,
} from './chance.js';
export { monotonic } from './clock.js';
export {
  type Acknowledgement,
  type Decision,
  decidedOf,
  isAcknowledged,
  reviewGrades,
  saidIn,
  type UnreadFile,
} from './decisions.js';
export { Skip, StageError, UsageError } from './errors.js';
export {
  addressOf,
  containerOf,
  detectionEvent,
  insideOf,
  isInside,
  matchCountOf,
  mergedEvent,
  recordedFacts,
} from './event.js';
export { type ExitPolicy, exitCodeOf, exitCodes, exitCodesHelp, incompletely } from './exit-codes.js';
export { Gate, type Room } from './gate.js';
export { gather } from './gather.js';
export { grades } from './grades.js';
export { grouped } from './grouped.js';
export { hammingDistance, hexToBytes } from './hamming.js';
export {
  type CompiledColumn,
  type CompiledList,
  type HashColumn,
  type HashList,
  identitiesOf,
  isHalfRead,
  type KnownHashes,
  type LinesRead,
  type ListEntry,
  type ListFacts,
  type ListLabels,
  linesOf,
  listsIn,
  testListName,
} from './hash-list.js';
export type { Hashes, HashPlaces, PackedHashes, Screening } from './hashes.js';
export { toHex, writeHex } from './hex.js';
export { hostNames } from './hosts.js';
export { type Allowance, isPoorThumbnail, type Judging, judge } from './judge.js';
export { type KnownKind, knownKindOf, knownKinds } from './known-kinds.js';
export { requireListFile } from './list-place.js';
export { didYouMean, nearestName } from './nearest-name.js';
export { isResemblance, nearnessOf, shortNearness } from './nearness.js';
export { isOutOfMemory, outOfMemoryCode, outOfMemoryMessage, requireWebAssembly } from './out-of-memory.js';
export { asNamed } from './picture-names.js';
export { type S3Place, s3Place, s3Uri } from './s3-uri.js';
export {
  type Again,
  type Answer,
  digestOnly,
  type FingerprintLine,
  type FingerprintPorts,
  fingerprintLine,
  type Inside,
  type Known,
  type Lack,
  type Opening,
  orFailed,
  type ScanPorts,
  scanAsset,
  settledVersion,
} from './scan.js';
export { unsignedQuery, withoutSecrets } from './secrets.js';
export { isListed, isSameSite } from './site.js';
export {
  type Attended,
  alarms,
  count,
  emptySummary,
  forgivableReasons,
  isComplete,
  isPartlySeen,
  isUnseen,
  type RunConduct,
  type Shortfall,
  type Summary,
  whyIncomplete,
} from './summary.js';
export { isTarHeader } from './tar-header.js';
export { asItIs, type Dihedral, dihedralNames, type Turn, turned, turnedAndNegative } from './turns.js';
export { type Reason, reasonOf, type Unseen, unreadFileOf, unreadOfRow, unseenResult } from './unseen.js';
export { untilAborted } from './until-aborted.js';
export { displayUri, filePath, fileUri, fileUriOf, namedUri, printable } from './uri.js';
export { endOf, isZone, type Period, readTime, utcText } from './utc-time.js';
export { defaultVideoPercent } from './video-matches.js';
export { type DataStream, StdoutLost, type Voice } from './voice.js';
export { xmlBuilderText } from './xml-builder-text.js';
