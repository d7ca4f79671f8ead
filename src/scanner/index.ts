export { assetOfBytes, type BytesOptions } from './bytes.js';
export { type Confidence, confidence } from './confidence.js';
export { createJudge, type Judge, type JudgeOptions, type ListSet } from './judge.js';
export { createReader, type Reader, type ReaderOptions } from './reader.js';
export {
  createScanner,
  type InsideKind,
  insideKinds,
  type Scanner,
  type ScannerOptions,
  type Strictness,
  scanBytes,
  userAgentOf,
} from './scanner.js';
