import { digest } from './digest.js';

/** MD5 of the asset's bytes: matches identical files only. */
export const md5 = digest('md5', 128, 'MD5 of the file: identical files only');
