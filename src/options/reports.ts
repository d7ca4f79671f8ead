import type { OptionSpec } from '../config/index.js';
import { blockFormatNames } from '../remediation/index.js';
import { authorityNames, jurisdictionCodes, noticeNames } from '../reports/index.js';
import { groupings } from '../reports/types.js';

/** Options of `report`, `block` and `init`; a part of the one table in table.ts. */
export const reportOptions = {
  events: {
    flags: '--events <file>',
    kind: 'texts',
    flagOnly: true,
    about: 'detection events that scan wrote as json or jsonl; - is standard input; repeatable',
  },
  scanId: {
    flags: '--scan <id>',
    kind: 'text',
    flagOnly: true,
    about: 'without --events: only what this run of the ledger detected; latest is the last run',
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
    isPath: true,
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
    about:
      'grade that a person gave all files: for notices that demand one, and for what is on no list of abuse material',
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
  xsd: {
    flags: '--xsd <file>',
    kind: 'text',
    isPath: true,
    about: "your own copy of the authority's XML schema",
  },
  receiver: {
    flags: '--to <receiver>',
    kind: 'text',
    flagOnly: true,
    choices: noticeNames,
    about: 'who gets the letter',
  },
  recipient: {
    flags: '--recipient <address>',
    kind: 'texts',
    flagOnly: true,
    about: 'e-mail address that the letter goes to; repeatable',
  },
  rdap: {
    flags: '--rdap',
    kind: 'flag',
    flagOnly: true,
    about: 'ask the registries (RDAP) for the abuse contact; this goes out to the network',
  },
  rdapBootstrap: {
    flags: '--rdap-bootstrap <url>',
    kind: 'text',
    default: 'https://data.iana.org/rdap/',
    about: 'where the lists of registries lie',
  },
  told: {
    flags: '--told <text>',
    kind: 'texts',
    flagOnly: true,
    about: 'who was told already, with the number of the report; repeatable',
  },
  service: {
    flags: '--to <service>',
    kind: 'text',
    flagOnly: true,
    choices: ['ncmec'],
    about: 'where to file',
  },
  files: {
    flags: '--file <path>',
    kind: 'texts',
    flagOnly: true,
    about: "one of the draft's files, to upload from where it lies; told by its digest; repeatable",
  },
  withoutFiles: {
    flags: '--without-files',
    kind: 'flag',
    flagOnly: true,
    about: 'file without the files that are not named, and without their details',
  },
  production: {
    flags: '--production',
    kind: 'flag',
    flagOnly: true,
    about: 'file for good, not with the test service; asks for a typed yes',
  },
  confirm: {
    flags: '--confirm <digest>',
    kind: 'text',
    flagOnly: true,
    about: "the yes to production without a terminal: the draft's digest, as report check prints it",
  },
  credentials: {
    flags: '--credentials <file>',
    kind: 'text',
    isPath: true,
    about:
      'file with one line user:password, mode 0600 (or HASHSIEVE_NCMEC_USER and HASHSIEVE_NCMEC_PASSWORD)',
  },
  endpoint: {
    flags: '--endpoint <url>',
    kind: 'text',
    flagOnly: true,
    about: 'base address of the service, for a stand-in',
  },
  retryWait: {
    flags: '--retry-wait <time>',
    kind: 'duration',
    most: '1d',
    default: 5,
    about: 'pause before a request is sent again; grows with each',
  },
  startOver: {
    flags: '--start-over',
    kind: 'flag',
    flagOnly: true,
    about: 'hold an earlier submission for void; only when the service says that it was not finished',
  },
  fileAgain: {
    flags: '--again',
    kind: 'flag',
    flagOnly: true,
    about: 'file although reports that were filed from other drafts cover some of the events',
  },
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
    about: 'where to; rules that are in it stay (default: standard output)',
  },
  replace: {
    flags: '--replace',
    kind: 'flag',
    flagOnly: true,
    about:
      'write the file anew: what it blocks, and these detections do not, goes online again; each rule is named',
  },
  anyQuery: {
    flags: '--any-query',
    kind: 'flag',
    flagOnly: true,
    about:
      'block the path of an address that has a query under every query; this takes everything offline that the path serves',
  },
  findingsFormat: {
    flags: '-f, --format <name>',
    kind: 'text',
    choices: ['text', 'json'],
    default: 'text',
    about: 'how findings are written',
  },
} as const satisfies Record<string, OptionSpec>;
