export { searchLeft, searchUnknown, tellText } from './search.js';
export { unaccountedIn } from './unaccounted.js';
