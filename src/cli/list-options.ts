import type { OptionSpec } from './options.js';

/** Options of `list`; a part of the one table in options.ts. */
export const compiledOptions = {
  compiled: {
    flags: '-o, --output <file>',
    kind: 'text',
    flagOnly: true,
    about: 'the compiled list to write',
  },
  expectedDigest: {
    flags: '--sha256 <hex>',
    kind: 'text',
    flagOnly: true,
    about: 'digest that list compile told: a file that was changed on purpose is found out too',
  },
} as const satisfies Record<string, OptionSpec>;
