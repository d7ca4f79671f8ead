import { createRequire } from 'node:module';
import type * as CsvStringify from 'csv-stringify/sync';
import { printable } from '../core/index.js';

/** Loads the package with the first row, because most runs write none. */
export const stringify: typeof CsvStringify.stringify = (...args) =>
  (createRequire(import.meta.url)('csv-stringify/sync') as typeof CsvStringify).stringify(...args);

/**
 * Makes cells harmless: a quote goes before what a spreadsheet would run as a formula, and control characters become
 * escapes. (CSV allows line breaks in cells, but most line tools break on them, and ours come only from hostile names.)
 */
export const harmless = { escape_formulas: true, cast: { string: printable } } as const;
