export { reasonOf, version } from '../files/index.js';
export type { CacheCounts } from '../runs/types.js';
export { type AcknowledgeOptions, acknowledge } from './acknowledge.js';
export type { AlarmCheck } from './alarm-check.js';
export { type Blocked, type BlockOptions, blockAddresses } from './block.js';
export { type CalibrateOptions, type CalibrationReport, calibrate, keepCalibration } from './calibrate.js';
export { type AlgorithmReport, calibrationText } from './calibration.js';
export {
  type CompareOptions,
  type Comparison,
  comparePictures,
  type PictureDistance,
} from './compare-pictures.js';
export { type DecideOptions, type Decisions, decide } from './decide.js';
export { type DecisionLog, readDecisions } from './decisions.js';
export { type Check, examine } from './doctor.js';
export { draftNotices, type NoticeOptions } from './draft-notices.js';
export { type DestroyOptions, type DestroyPorts, destroyEvidence } from './evidence-destroy.js';
export { type DueEvidence, type DueOptions, dueEvidence } from './evidence-due.js';
export { type HoldOptions, holdEvidence } from './evidence-hold.js';
export { type EvidenceList, type EvidencePackage, listEvidence, packageLine } from './evidence-list.js';
export { type OpenOptions, openEvidence } from './evidence-open.js';
export {
  type EvidenceBytes,
  type Sealed,
  type SealingOptions,
  type SealOptions,
  sealDetections,
  sealEvidence,
} from './evidence-seal.js';
export { type VerifyOptions, verifyEvidence } from './evidence-verify.js';
export { failureOf } from './failures.js';
export { filesOf } from './file-patterns.js';
export { type HashOptions, hashPictures } from './hash-pictures.js';
export { type ConfigTemplate, writeConfigTemplate } from './init.js';
export { type LedgerMerge, mergeLedgers } from './ledger-merge.js';
export { checkLedgerFile, type LedgerCheck, type LedgerRepair, repairLedgerFile } from './ledger-upkeep.js';
export { type AddOptions, addToList, addToOwnList } from './list-add.js';
export { type CompiledFile, type CompileOptions, compileListFiles } from './list-compile.js';
export { diffLists, type ListChange, type ListDifference } from './list-diff.js';
export { type Exported, type ExportOptions, exportLists } from './list-export.js';
export { type CompiledFacts, describeList, type Findable, type ListFileFacts } from './list-info.js';
export { listText } from './list-info-text.js';
export { type Merged, type MergeOptions, mergeLists } from './list-merge.js';
export { type Published, type PublishOptions, publishLists } from './list-publish.js';
export { removeFromList } from './list-remove.js';
export { type SyncOptions, type SyncOutcome, syncLists } from './list-sync.js';
export { requireSound } from './list-verify.js';
export type { ListOptions, Supply, SupplyOptions } from './lists.js';
export { type MatchAnswer, type MatchOptions, matchHashes } from './match-hashes.js';
export { type MatcherOptions, showMatchers } from './matchers.js';
export { deliverNotices, type TargetTest, testTargets } from './notify.js';
export {
  type LedgerFile,
  type LedgerFileOptions,
  type LedgerNotes,
  openLedgerFile,
} from './open-ledger-file.js';
export { type InitOptions, operatorQuestions, readAnswers } from './operator-answers.js';
export { type RematchOptions, rematch } from './rematch.js';
export { checkDraftDirectory, type DraftCheck } from './report-check.js';
export { type Drafted, type DraftOptions, draftReports } from './report-draft.js';
export { draftLetters, type LetterOptions } from './report-notice.js';
export { type Submission, type SubmitOptions, type SubmitPorts, submitDraft } from './report-submit.js';
export { type Progress, type RunReport, type ScanPorts, scan } from './scan.js';
export { planScan, type ScanOptions, type ScanPlan } from './scan-opening.js';
export { type SelftestOptions, selftest } from './selftest.js';
export { openUploadScan, type UploadScanOptions } from './serve.js';
export {
  Busy,
  type HashQuery,
  type Receipt,
  TooLarge,
  type Upload,
  type UploadAnswer,
  type UploadPort,
  type UploadSaid,
  type UploadScan,
  type Verdict,
} from './serve-types.js';
export { openText, type RecordPorts } from './sinks.js';
export { type LedgerStatus, ledgerStatus, type StatusOptions } from './status.js';
export { saySummary } from './summary-text.js';
export type { Around, Surroundings } from './surroundings.js';
export { searchAgain, type TakedownAnswer, type TakedownOptions, takeDown } from './takedown-add.js';
export {
  type Closing,
  closeTakedown,
  pressingCases,
  type TakedownEndOptions,
  takedownCase,
  takedownCases,
  type Withdrawal,
  withdrawTakedown,
} from './takedown-end.js';
export {
  checkTakedownRequest,
  type RequestOptions,
  type TakedownHistory,
  takedownCounts,
  takedownHistory,
} from './takedown-papers.js';
