export { searchLeft, searchUnknown } from './search.js';
export { unaccountedIn } from './unaccounted.js';
