import { createRequire } from 'node:module';
import type * as CsvStringify from 'csv-stringify/sync';
import { printable } from '../core/index.js';

/** Loaded when the first row is written: most runs write none. */
export const stringify: typeof CsvStringify.stringify = (...args) =>
  (createRequire(import.meta.url)('csv-stringify/sync') as typeof CsvStringify).stringify(...args);

/**
 * Cells that do nothing: what a spreadsheet would run as a formula begins with a quote, and control characters are escapes.
 * (A line break in a cell is legal CSV that most line tools break on; ours come only from hostile names.)
 */
export const harmless = { escape_formulas: true, cast: { string: printable } } as const;
