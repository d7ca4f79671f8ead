export { type AskingOptions, openAsking } from './asking.js';
export { questionsOf } from './questions.js';
export { type MatcherTypeName, matcherTypes } from './registry.js';
export { openService, type ServiceOptions } from './service.js';
