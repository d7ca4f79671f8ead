export {
  casesOf,
  checkCaseId,
  copyIn,
  entryId,
  isOfMinor,
  type Mark,
  minorWarning,
  pressingOf,
  type TakedownCase,
} from './case.js';
export { caseJson, caseLine, caseText, warnOfMinor } from './case-text.js';
export { bothClocks, dueOf, isPressing, receivedAt, remaining } from './clock.js';
export { countTakedowns, type TakedownCounts, takedownMetrics } from './counts.js';
export { noticeText } from './notice.js';
export { receiptText } from './receipt.js';
export { answerTo, checkRequest, type RequestCheck } from './request.js';
