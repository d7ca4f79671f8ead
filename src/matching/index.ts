export { createAllowance, isExpired } from './allow.js';
export { type Compiled, compileLists } from './compiled/compile.js';
export { isCompiledFile } from './compiled/magic.js';
export { type OpenedList, openCompiled } from './compiled/open.js';
export { type Verification, verifyCompiled } from './compiled/verify.js';
export { createMatcher, type Matcher } from './matcher.js';
export type { ThresholdOf } from './types.js';
