import type { OptionSpec } from '../config/index.js';
import { languages, laws } from '../takedown/types.js';

/** Options of `takedown`; a part of the one table in table.ts. */
export const takedownSpecs = {
  caseId: {
    flags: '--case <id>',
    kind: 'text',
    flagOnly: true,
    about: 'your own number of the request; no name',
  },
  law: {
    flags: '--law <name>',
    kind: 'text',
    choices: laws,
    about: 'law of the request: each gives 48 hours (default: own)',
  },
  received: {
    flags: '--received <time>',
    kind: 'text',
    flagOnly: true,
    about: 'when the request came in, with its zone: 2026-11-30T09:15+01:00 (default: now)',
  },
  request: {
    flags: '--request <file>',
    kind: 'text',
    flagOnly: true,
    about: 'request in JSON: the web addresses that it names are targets, its law and time those of the case',
  },
  removed: {
    flags: '--removed <copy>',
    kind: 'texts',
    flagOnly: true,
    about: 'copy that is gone: its number, its address, or all that nothing is said of; repeatable',
  },
  blocked: {
    flags: '--blocked <copy>',
    kind: 'texts',
    flagOnly: true,
    about: 'copy that the public no longer gets; repeatable',
  },
  notACopy: {
    flags: '--not-a-copy <copy>',
    kind: 'texts',
    flagOnly: true,
    about: 'false match: goes on the first --allow list, until --until; repeatable',
  },
  // Not the option of scans, whose file may be named in the configuration and must not be replaced by this one.
  takedownMetrics: {
    flags: '--metrics <file>',
    kind: 'text',
    flagOnly: true,
    about: 'write counts of the cases in the text format of Prometheus',
  },
  asJson: { flags: '--json', kind: 'flag', flagOnly: true, about: 'write JSON instead of text' },
  language: {
    flags: '--lang <code>',
    kind: 'text',
    choices: languages,
    default: 'en',
    about: 'language of the page',
  },
  takedownKeys: {
    flags: '--recipient <key>',
    kind: 'texts',
    about: 'public key of age (age1…) of whoever may read who made a request; repeatable',
  },
} as const satisfies Record<string, OptionSpec>;
