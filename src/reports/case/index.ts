export {
  addressLine,
  algorithmTitle,
  commonOpenPoints,
  distinct,
  fullName,
  gradeOf,
  hashesOf,
  insideNotes,
  json,
  matchSentences,
  needUrl,
  pageOf,
  pieceOf,
  seenAt,
  some,
} from './facts.js';
export { Checker, isObject, itemsOf, parseDraft } from './json-draft.js';
export {
  draftSchema,
  type Manifest,
  manifestName,
  manifestOf,
  readManifest,
  writeManifest,
} from './manifest.js';
export { basisNote, basisOf, gradesBeyondLists, listsOf, matchesEntry, undecided } from './statement.js';
