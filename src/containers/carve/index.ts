export { carve } from './carve.js';
export { searchLeft, searchUnknown, tellText } from './search.js';
export { unaccountedIn } from './unaccounted.js';
