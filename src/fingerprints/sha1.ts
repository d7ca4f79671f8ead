import { digest } from './digest.js';

/** SHA-1 of the asset's bytes: matches identical files only. */
export const sha1 = digest('sha1', 160, 'SHA-1 of the file: identical files only');
