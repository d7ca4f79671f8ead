import { type SourceKey, sources } from './sources.js';
import type { Answers, Source } from './types.js';

/** A source that an operator can have or apply for, and the reason for its place in the order. */
export interface Recommendation {
  readonly key: SourceKey;
  readonly source: Source;
  readonly why: string;
}

/** The ways in which an operator can get something to compare pictures with. */
export interface Advice {
  /** Sources that need nobody's permission. */
  readonly today: readonly Recommendation[];
  /** Sources to apply for, in this order. */
  readonly apply: readonly Recommendation[];
  /** Things to settle before the first scan, a sentence each. */
  readonly before: readonly string[];
}

const european = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' '),
);

/** True for a member state of the European Union (ISO 3166, two letters). */
export const isInUnion = (country: string): boolean => european.has(country);

/** Uploads a month above which an operator should not ask a service about each picture. */
const manyUploads = 10_000_000;
/** Checks a month that Image Intercept allows. */
const interceptChecks = 1_000_000;

interface Rule {
  readonly key: SourceKey;
  readonly why: string;
  readonly holds: (answers: Answers) => boolean;
}

const always = () => true;

const today: readonly Rule[] = [
  { key: 'own', why: 'every removal from today on counts', holds: always },
  {
    key: 'cloudflare',
    why: 'a second net for what Cloudflare caches; no substitute for a scan of your own',
    holds: ({ cloudflare, posts }) => cloudflare && posts !== 'private',
  },
  {
    key: 'communities',
    why: 'where you share moderators with other services',
    holds: ({ kind }) => kind === 'social' || kind === 'chat',
  },
];

/** The sources, in the order in which an operator applies to them. */
const apply: readonly Rule[] = [
  {
    key: 'korea',
    why: 'obligatory above a threshold: find out whether you are',
    holds: ({ country }) => country === 'KR',
  },
  {
    key: 'ncmec',
    why: 'you have to register with NCMEC to report anyway; then ask for hash sharing',
    holds: ({ country }) => country === 'US',
  },
  {
    key: 'intercept',
    why: 'made for small services in the United Kingdom',
    holds: ({ country, uploads }) => country === 'GB' && uploads <= interceptChecks,
  },
  {
    key: 'offlimits',
    why: 'made for hosts in the Netherlands, by digests of the original files',
    holds: ({ country }) => country === 'NL',
  },
  {
    key: 'shield',
    why: 'any country and any size; send PDQ hashes only, and ask first what is not public',
    holds: always,
  },
  {
    key: 'offlimits',
    why: 'for hosts; whether outside of the Netherlands too you have to ask',
    holds: ({ country, kind }) => isInUnion(country) && country !== 'NL' && kind === 'hosting',
  },
  {
    key: 'stopncii',
    why: 'intimate pictures of adults that were shared without consent',
    holds: ({ kind, country }) => kind === 'adult' || country === 'GB',
  },
  {
    key: 'disrupt',
    why: 'intimate pictures, from the French hotline',
    holds: ({ country, kind }) => country === 'FR' && kind !== 'other',
  },
  {
    key: 'takeItDown',
    why: 'pictures of minors by their own report',
    holds: ({ country, posts }) => country === 'US' && posts !== 'private',
  },
  {
    key: 'ncmec',
    why: 'whether an operator outside of the United States gets hash sharing you have to ask: public documents contradict each other',
    holds: ({ country, company }) => country !== 'US' && company,
  },
  {
    key: 'photodna',
    why: 'the pictures themselves leave your machine: look at data protection first',
    holds: ({ company }) => company,
  },
  {
    key: 'arachnidList',
    why: 'more uploads than a service should be asked about one by one',
    holds: ({ uploads, company }) => uploads > manyUploads && company,
  },
  {
    key: 'iwf',
    why: 'a membership that costs money',
    holds: ({ country, uploads, company }) => company && (country === 'GB' || uploads > manyUploads),
  },
  {
    key: 'safer',
    why: 'bought, where there is a budget and nobody to look after a scan',
    holds: ({ uploads, company }) => company && uploads > manyUploads,
  },
];

/**
 * Finds the sources for an operator. It decides only by the dated facts of `sources`.
 */
export function adviceFor(answers: Answers): Advice {
  const chosen = (rules: readonly Rule[]): Recommendation[] =>
    rules.filter(({ holds }) => holds(answers)).map(({ key, why }) => ({ key, source: sources[key], why }));
  return { today: chosen(today), apply: chosen(apply), before: beforeFirst(answers) };
}

function beforeFirst({ country, posts, company }: Answers): string[] {
  return [
    'A find gives you knowledge, and from then on the law counts the hours. Settle now: who decides, where you report, ' +
      'where it is kept, who must not look (docs/found-something.md)',
    ...(registrations[country] ?? (isInUnion(country) ? [`${hotline} (docs/reporting.md)`] : [hotline])),
    ...(posts === 'public'
      ? []
      : [
          'Private messages: scanning them is another matter than scanning what is posted publicly. In the European Union ' +
            'ask a lawyer before the first scan. End-to-end encrypted messages cannot be scanned on a server at all',
        ]),
    ...(company
      ? []
      : [
          'You are a person, not a company: memberships want a registered organisation; services by application may not',
        ]),
  ];
}

const hotline =
  'Find the hotline and the police office that take reports in your country, and register if they ask for it';

/** Sentences on where a service registers before its first find, by country (docs/reporting.md has more). */
const registrations: Readonly<Record<string, readonly string[]>> = {
  US: [
    'Register with NCMEC (esp.ncmec.org/registration): not instant. The web form comes first, the interface is a second request',
  ],
  GB: [
    'Register with the CSEA Industry Reporting Portal of the National Crime Agency before the first report: requests are ' +
      'handled on working days only. A sole operator asks the NCA about a deputy first',
  ],
  DE: [
    'Register with the BKA (u-entrance.bka.de): not instant. Keep no plain copies: ask a lawyer about § 184b StGB first',
  ],
};
