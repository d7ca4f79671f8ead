export { isClaim, isClaimName } from './claim.js';
export { holderText, type Lock, LockHeld, lockPlace, requireLockFile, takeLock } from './lock.js';
export { owner, removeAbandoned, touchEvery } from './parts.js';
export { makePrivate } from './private-file.js';
export { place } from './processes.js';
export { isFull, reasonOf } from './reasons.js';
