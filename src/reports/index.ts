export {
  assemble,
  checkDraft,
  type DraftDirectory,
  draftDigest,
  draftFor,
  editedFiles,
  type Manifest,
  manifestName,
  readManifest,
} from './assemble.js';
export { type AuthorityName, authorities, authorityNames } from './authorities.js';
export { buildCases, publicUrl, type RefusedEvent } from './cases.js';
export { joinedEvents, readEvents, readRecord, refusals, reportable } from './events.js';
export {
  type Jurisdiction,
  type JurisdictionCode,
  jurisdictionCodes,
  jurisdictionOf,
} from './jurisdictions.js';
export { lawFacts } from './law.js';
export { type NoticeName, noticeNames, subjectOf } from './notice.js';
export { abuseContacts, rdapServers } from './rdap.js';
