import { digest } from './digest.js';

/** SHA-256 of the asset's bytes: matches identical files only. */
export const sha256 = digest('sha256', 256, 'SHA-256 of the file: identical files only');
