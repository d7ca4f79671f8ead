import type { OptionSpec } from '../config/index.js';

/** Options for the ledger, for runs and for monitoring; a part of the one table in table.ts. */
export const runSpecs = {
  ledger: {
    flags: '--ledger <file>',
    kind: 'text',
    isPath: true,
    about: 'database that remembers what was scanned (default: in the state directory of the user)',
  },
  useLedger: { flags: '--no-ledger', kind: 'flag', about: 'remember nothing, and read every file anew' },
  decisionKey: {
    flags: '--decision-key <file>',
    kind: 'text',
    isPath: true,
    about: 'key that seals what people decide (default: in the state directory of the user)',
  },
  wait: {
    flags: '--wait',
    kind: 'flag',
    about: 'wait for another run of the same plan, or that holds the lock or the list, to end',
  },
  resume: {
    flags: '--resume',
    kind: 'flag',
    flagOnly: true,
    about: 'finish an interrupted run (done by itself where the same is scanned again)',
  },
  fresh: {
    flags: '--fresh',
    kind: 'flag',
    flagOnly: true,
    about: 'start anew instead of finishing an interrupted run; list sync reads everything anew',
  },
  cache: { flags: '--no-cache', kind: 'flag', default: true, about: 'read unchanged files again' },
  verifyCache: {
    flags: '--verify-cache <ratio>',
    kind: 'number',
    about: 'read this share of the unchanged files again and compare: 0.01',
  },
  retryQuarantined: {
    flags: '--retry-quarantined',
    kind: 'flag',
    about: 'decode again what has crashed the decoder before',
  },
  since: {
    flags: '--since',
    kind: 'flag',
    about: 'leave out files unchanged since the last complete run of the same plan',
  },
  budget: {
    flags: '--budget <time>',
    kind: 'duration',
    most: '24d',
    about: 'stop cleanly after this time; the next run goes on: 20m',
  },
  lock: {
    flags: '--lock <file>',
    kind: 'text',
    isPath: true,
    about: 'refuse to run (or --wait) while another run holds this file',
  },
  heartbeat: {
    flags: '--heartbeat <file>',
    kind: 'text',
    isPath: true,
    about: 'write the state of the run and the last success for monitoring',
  },
  metrics: {
    flags: '--metrics <file>',
    kind: 'text',
    isPath: true,
    about: 'write counts in the text format of Prometheus',
  },
  name: {
    flags: '--name <name>',
    kind: 'text',
    about: 'name of this plan in --metrics and --heartbeat (default: what is scanned)',
  },
  logFormat: {
    flags: '--log-format <name>',
    kind: 'text',
    choices: ['text', 'json'],
    default: 'text',
    about: 'lines on standard error',
  },
} as const satisfies Record<string, OptionSpec>;
