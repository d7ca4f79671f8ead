import type { OptionSpec } from '../config/index.js';
import { forgivableReasons } from '../core/index.js';

/** Names of all themes of the terminal's colours. */
export const themes = ['default', 'colour-blind', 'none'] as const;
/** Name of a theme. */
export type Theme = (typeof themes)[number];

/** Options for outputs and the exit code; a part of the one table in table.ts. */
export const outputSpecs = {
  output: {
    flags: '-o, --output <file>',
    kind: 'texts',
    isPath: true,
    about: 'write results to a file, format by its extension; - is standard output; repeatable',
  },
  format: {
    flags: '-f, --format <name>',
    kind: 'text',
    about: 'output format: text on a terminal and jsonl otherwise, unless given',
    choices: ['text', 'json', 'jsonl', 'csv', 'sarif', 'junit', 'github', 'gitlab'],
  },
  hashFormat: {
    flags: '-f, --format <name>',
    kind: 'text',
    about:
      'output format: text on a terminal and jsonl otherwise, unless given; vpdq: a line for each video, as HMA reads it',
    choices: ['text', 'json', 'jsonl', 'csv', 'vpdq'],
  },
  answerFormat: {
    flags: '-f, --format <name>',
    kind: 'text',
    flagOnly: true,
    about: 'output format: text on a terminal and jsonl otherwise, unless given',
    choices: ['text', 'json', 'jsonl'],
  },
  theme: {
    flags: '--theme <name>',
    kind: 'text',
    about: 'colours on a terminal, unless NO_COLOR is set',
    choices: themes,
    default: 'default',
  },
  summary: { flags: '--summary <file>', kind: 'text', isPath: true, about: 'write the counts as JSON' },
  all: { flags: '--all', kind: 'flag', about: 'put clear assets into the output too' },
  showHashes: { flags: '--show-hashes', kind: 'flag', about: 'show listed hashes, which are confidential' },
  fail: { flags: '--no-fail', kind: 'flag', default: true, about: 'a match does not change the exit code' },
  allowEmpty: { flags: '--allow-empty', kind: 'flag', about: 'finding nothing to scan is no error' },
  allowUnsupported: {
    flags: '--allow-unsupported [reasons]',
    kind: 'reasons',
    choices: forgivableReasons,
    about: 'what cannot be read is no error: for these reasons only, where given with =, separated by commas',
  },
  allowDegraded: {
    flags: '--allow-degraded',
    kind: 'flag',
    about:
      'damaged pictures, and animations of which not all was looked at, are no error where nothing matched',
  },
  quiet: {
    flags: '-q, --quiet',
    kind: 'flag',
    about: 'print to standard error only on a match, a failure or a crash',
  },
  verbose: { flags: '-v, --verbose', kind: 'flag', about: 'show skipped assets and details' },
  progress: { flags: '--no-progress', kind: 'flag', default: true, about: 'no progress on standard error' },
  config: {
    flags: '--config <file>',
    kind: 'text',
    flagOnly: true,
    about: 'configuration file (default: that of the user or the system, docs/settings.md)',
  },
  printConfig: {
    flags: '--print-config',
    kind: 'flag',
    flagOnly: true,
    about: 'show the settings in force and where each comes from, and stop',
  },
  test: { flags: '--test', kind: 'flag', flagOnly: true, about: 'send a marked test to every target' },
  html: { flags: '--html <file>', kind: 'text', flagOnly: true, about: 'write a page with plots' },
  writeConfig: {
    flags: '--write-config',
    kind: 'flag',
    flagOnly: true,
    about: 'put the recommended thresholds into the configuration file',
  },
  doctorFormat: {
    flags: '-f, --format <name>',
    kind: 'text',
    flagOnly: true,
    choices: ['text', 'json'],
    default: 'text',
    about: 'output format',
  },
} as const satisfies Record<string, OptionSpec>;
