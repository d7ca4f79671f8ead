import { blockFormatNames } from '../remediation/index.js';
import { authorityNames } from '../reports/index.js';
import { jurisdictionCodes } from '../reports/jurisdictions.js';
import { groupings } from '../reports/types.js';
import type { OptionSpec } from './options.js';

/** Options of `report`, `block` and `init`; a part of the one table in options.ts. */
export const reportOptions = {
  events: {
    flags: '--events <file>',
    kind: 'texts',
    flagOnly: true,
    about: 'detection events that scan wrote as json or jsonl; - is standard input; repeatable',
  },
  authority: {
    flags: '--to <authority>',
    kind: 'text',
    choices: authorityNames,
    about: 'who is to get the report',
  },
  drafts: {
    flags: '-o, --output <directory>',
    kind: 'text',
    about: 'where drafts lie, each in a directory of its own (default: reports)',
    default: 'reports',
  },
  groupBy: { flags: '--group-by <what>', kind: 'text', choices: groupings, about: 'one report for each' },
  jurisdiction: {
    flags: '--jurisdiction <code>',
    kind: 'text',
    about: `whose law applies (${jurisdictionCodes.join(', ')}; default: operator.jurisdiction)`,
  },
  context: {
    flags: '--context <file>',
    kind: 'texts',
    flagOnly: true,
    about: 'what you know about the assets: JSON (docs/schemas/context.schema.json) or CSV; repeatable',
  },
  contextCommand: {
    flags: '--context-command <program>',
    kind: 'text',
    flagOnly: true,
    about: 'program that reads an event as JSON and prints what is known about it',
  },
  timeZone: {
    flags: '--time-zone <zone>',
    kind: 'text',
    about: 'zone of times in the context that name none: UTC or +02:00',
  },
  classification: {
    flags: '--classification <grade>',
    kind: 'text',
    flagOnly: true,
    choices: ['baseline', 'A1', 'A2', 'B1', 'B2'],
    about: 'grade that a person gave all files, for notices that demand one',
  },
  anonymous: {
    flags: '--anonymous',
    kind: 'flag',
    flagOnly: true,
    about: 'leave the reporter out, where the law allows it',
  },
  again: {
    flags: '--again',
    kind: 'flag',
    flagOnly: true,
    about: 'draft again what an earlier draft covers',
  },
  xsd: { flags: '--xsd <file>', kind: 'text', about: "your own copy of the authority's XML schema" },
  blockFormat: {
    flags: '-f, --format <name>',
    kind: 'text',
    choices: blockFormatNames,
    flagOnly: true,
    about: 'which server the rules are for',
  },
  ruleFile: {
    flags: '-o, --output <file>',
    kind: 'text',
    flagOnly: true,
    about: 'where to (default: standard output)',
  },
  findingsFormat: {
    flags: '-f, --format <name>',
    kind: 'text',
    choices: ['text', 'json'],
    default: 'text',
    about: 'how findings are written',
  },
} as const satisfies Record<string, OptionSpec>;
