import type { OptionSpec } from '../config/index.js';

/** Options of `list`; a part of the one table in table.ts. */
export const listSpecs = {
  exportFormat: {
    flags: '-f, --format <name>',
    kind: 'text',
    flagOnly: true,
    choices: ['jsonl', 'csv', 'hex', 'threatexchange', 'matrix'],
    default: 'jsonl',
    about: 'format that is written',
  },
  outputFile: { flags: '-o, --output <file>', kind: 'text', flagOnly: true, about: 'file to write' },
  onlyAlgorithm: {
    flags: '--only-algorithm <names>',
    kind: 'names',
    flagOnly: true,
    about: 'write only hashes of these algorithms',
  },
  onlyCategory: {
    flags: '--only-category <names>',
    kind: 'names',
    flagOnly: true,
    about: 'write only entries of these categories',
  },
  onlySupplier: {
    flags: '--only-supplier <name>',
    kind: 'texts',
    flagOnly: true,
    about: 'write only entries of this supplier; repeatable',
  },
  publishTo: {
    flags: '-o, --output <directory>',
    kind: 'text',
    flagOnly: true,
    about: 'directory for the three files',
  },
  consent: {
    flags: '--consent <text>',
    kind: 'text',
    flagOnly: true,
    about: 'what those who read it may do with it; written into each row of the table',
  },
  fromImage: {
    flags: '--from-image <file>',
    kind: 'texts',
    flagOnly: true,
    about: 'picture whose fingerprints are added; repeatable',
  },
  id: { flags: '--id <id>', kind: 'text', flagOnly: true, about: 'id of the entry (default: a random one)' },
  note: { flags: '--note <text>', kind: 'text', flagOnly: true, about: 'why the entry is there' },
  by: { flags: '--by <name>', kind: 'text', flagOnly: true, about: 'who adds it (default: your user name)' },
  until: {
    flags: '--until <date>',
    kind: 'text',
    flagOnly: true,
    about: 'last day on which an allow entry counts',
  },
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
