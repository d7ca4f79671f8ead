export { checkEndpoint, cybertipClient, endpoints, readCredentials } from './cybertip-client.js';
export { draftFacts, type EarlierDraft, earlierDrafts, readDraft, writeDrafts } from './draft-store.js';
export { type Attachment, type Filed, fileDraft } from './file-draft.js';
export { refuseFiledBefore } from './filed-before.js';
export { letterMail } from './letter-mail.js';
export { completedReport, finishedReports } from './submission.js';
export { type Journal, openJournal } from './submission-journal.js';
export { copiedToLedger } from './submission-ledger.js';
export { checkXsd } from './xsd.js';
