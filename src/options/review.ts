import type { OptionSpec } from '../config/index.js';
import { decisions } from '../core/types.js';

/** Options for what people decide; a part of the one table in table.ts. */
export const reviewSpecs = {
  reviewer: { flags: '--as <name>', kind: 'text', flagOnly: true, about: 'who decides' },
  decision: {
    flags: '--decision <what>',
    kind: 'text',
    flagOnly: true,
    choices: decisions,
    about: 'what was decided',
  },
  reportNumber: {
    flags: '--report <number>',
    kind: 'text',
    flagOnly: true,
    about: 'number of the report that was filed',
  },
  reason: { flags: '--note <text>', kind: 'text', flagOnly: true, about: 'why' },
  viewed: { flags: '--viewed', kind: 'flag', flagOnly: true, about: 'you looked at the whole file' },
  exifViewed: { flags: '--exif-viewed', kind: 'flag', flagOnly: true, about: 'you looked at its EXIF data' },
  graded: {
    flags: '--classification <grade>',
    kind: 'text',
    flagOnly: true,
    choices: ['baseline', 'A1', 'A2', 'B1', 'B2'],
    about: 'the grade that you give the file, only after looking',
  },
  check: {
    flags: '--check',
    kind: 'flag',
    flagOnly: true,
    about: 'end with code 10 where something waits for a person, for monitoring',
  },
  endsOn: {
    flags: '--until <date>',
    kind: 'text',
    flagOnly: true,
    about: 'last day on which it counts: 2027-01-31',
  },
} as const satisfies Record<string, OptionSpec>;
