export { findRecipients } from './abuse-lookup.js';
export { Calibration, calibrationPage, calibrationText } from './calibration.js';
export { openDetections } from './detections.js';
export { type Check, examine } from './doctor.js';
export { draftNotices, type NoticeOptions } from './draft-notices.js';
export { type Drafting, openDrafting } from './drafting.js';
export { requireEquipment } from './equipment.js';
export { filesOf } from './file-patterns.js';
export { exists, gathering, listReader, requireListApart, tellOf, writeListFile } from './list-file.js';
export { givenOn, openAllLists, openLists, readOptions, readQueries, tell, tellReport } from './lists.js';
export {
  type LedgerFile,
  type LedgerFileOptions,
  type LedgerNotes,
  openLedgerFile,
} from './open-ledger-file.js';
export { ownFilesOf } from './own-files.js';
export { changeOwnList, requireOwnList } from './own-list.js';
export { algorithmNamed, insideOf, scannerOptions } from './plan.js';
export { planName } from './plan-name.js';
export { openContext, openOperator } from './report-input.js';
export { type EarlierRules, writeRules } from './rule-file.js';
export { exposedEvents, ledgerPathOf, readBy, writtenBy } from './run-files.js';
export { openSinks, openText } from './sinks.js';
export { namedBy, openSources } from './sources.js';
export { openSummary, type SummaryFile } from './summary-file.js';
export { openWatch, type Watch } from './watch.js';
export { requireApart } from './written-files.js';
