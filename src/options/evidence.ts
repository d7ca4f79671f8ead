import type { OptionSpec } from '../config/index.js';

/** Options of `evidence`; a part of the one table in table.ts. */
export const evidenceOptions = {
  evidenceStore: {
    flags: '--store <directory>',
    kind: 'text',
    isPath: true,
    default: 'evidence',
    about: 'directory of sealed evidence with its custody log',
  },
  evidenceKeys: {
    flags: '--recipient <key>',
    kind: 'texts',
    about: 'public key of age (age1…) of somebody who may open the evidence; two or more',
  },
  evidenceTimestamp: {
    flags: '--timestamp <url>',
    kind: 'text',
    about: 'have the custody log stamped by this service (RFC 3161); it learns a hash, nothing else',
  },
  sealFiles: {
    flags: '--file <path>',
    kind: 'texts',
    flagOnly: true,
    about: 'file to seal, or where the file of an event lies now; repeatable',
  },
  sealLogs: {
    flags: '--include <file>',
    kind: 'texts',
    flagOnly: true,
    about: 'log or other file to seal besides; repeatable',
  },
  actor: { flags: '--as <name>', kind: 'text', flagOnly: true, about: 'who does this, for the custody log' },
  reason: { flags: '--reason <text>', kind: 'text', flagOnly: true, about: 'why, for the custody log' },
  order: {
    flags: '--order <text>',
    kind: 'text',
    flagOnly: true,
    about: "the authority's order for it: its name and reference",
  },
  completed: {
    flags: '--completed <time>',
    kind: 'text',
    flagOnly: true,
    about: 'when the report was completed, where no submission.jsonl says it',
  },
  report: { flags: '--report <number>', kind: 'text', flagOnly: true, about: 'number of the report' },
  holdUntil: {
    flags: '--until <time>',
    kind: 'text',
    flagOnly: true,
    about: 'keep it until then in any case: 2027-01-31',
  },
  release: { flags: '--release', kind: 'flag', flagOnly: true, about: 'end all holds' },
  identity: {
    flags: '--identity <file>',
    kind: 'texts',
    flagOnly: true,
    about: 'file with a secret key of age, as age-keygen writes it; - is standard input; repeatable',
  },
  handedTo: {
    flags: '--handed-to <name>',
    kind: 'text',
    flagOnly: true,
    about: 'who gets the copy, where it is handed on',
  },
  within: {
    flags: '--within <time>',
    kind: 'duration',
    most: '3660d',
    flagOnly: true,
    about: 'tell also what becomes due within this time: 30d',
  },
  head: {
    flags: '--head <hash>',
    kind: 'text',
    flagOnly: true,
    about: 'hash that seal or verify printed earlier: the custody log must still hold that line',
  },
  confirmDestruction: {
    flags: '--confirm <digest>',
    kind: 'text',
    flagOnly: true,
    about: "the yes without a terminal: the package's SHA-256, as the refusal prints it",
  },
} as const satisfies Record<string, OptionSpec>;
