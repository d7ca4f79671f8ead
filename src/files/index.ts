export { boundedText, longestConfig, readBoundedText } from './bounded-text.js';
export { isClaim, isClaimName } from './claim.js';
export { defaultDecisionKeyPath, makeDecisionKey, readDecisionKey } from './decision-key.js';
export { keepBytes, requireKeepDirectory } from './kept-file.js';
export { defaultLedgerPath, defaultListPath } from './ledger-location.js';
export { withListLock } from './list-lock.js';
export { holderText, type Lock, LockHeld, lockPlace, requireLockFile, takeLock } from './lock.js';
export { owner, removeAbandoned, touchEvery } from './parts.js';
export { type OutputPlace, placeOf } from './place.js';
export { makePrivate, PrivateFile, writeWhole } from './private-file.js';
export { here, isRunning, place, startOf } from './processes.js';
export { readText } from './read-text.js';
export { isFull, reasonOf } from './reasons.js';
export { oldestNode, version } from './version.js';
export {
  type OpenOptions,
  type OutputFile,
  OutputLost,
  openOutput,
  partOf,
  removeStaleParts,
  writeOutput,
} from './whole-file.js';
