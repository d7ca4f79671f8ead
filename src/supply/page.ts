import { adviceFor } from './advice.js';
import { checkedOn, type SourceKey, sources } from './sources.js';
import type { Answers, Fact, Mark, Source, Use } from './types.js';

const marks: Readonly<Record<Mark, string>> = {
  'own-page': 'own page',
  quoted: 'public document',
  'not-public': 'not publicly documented: ask',
};

/** A fact with its mark, its place and its date, in one line. */
export const factText = ({ text, mark, date, at }: Fact): string =>
  `${text} (${marks[mark]}${at === undefined ? '' : `, ${at}`}, ${date})`;

const uses: Readonly<Record<Use, string>> = {
  own: '`list add`; every scan compares with it',
  sync: '`list sync`, then `--list NAME`',
  file: '`--list FILE`, if the file is of a [format](lists.md#formats) that is read; PhotoDNA entries are counted and skipped',
  matcher: 'a matching service: the block `matchers` of the configuration and `--matcher NAME`',
  elsewhere: 'beside hashsieve, not by it',
  none: 'not read by hashsieve',
};

/** How this program uses a source, in words. */
export const useText = ({ use }: Source): string => uses[use];

const typed: readonly Source[] = Object.values(sources);

/** Table of all sources: what each gives, sees and costs. Markdown. */
export const comparisonTable = (): string =>
  [
    '| source | gives | costs | sees of yours | in hashsieve |',
    '| --- | --- | --- | --- | --- |',
    ...typed.map(
      (source) =>
        `| **${source.name}**, ${source.by} | ${source.gives.text} | ${source.costs.text} (${source.costs.date}) | ${source.sees} | ${useText(source)} |`,
    ),
  ].join('\n');

/** Lines on one source with every fact and its date, for a page. Markdown. */
export const sourceLines = (source: Source): string[] => [
  `- gives: ${factText(source.gives)}`,
  `- costs: ${factText(source.costs)}`,
  ...source.terms.map((term) => `- terms: ${factText(term)}`),
  `- the form asks: ${factText(source.form)}`,
  `- time: ${factText(source.takes)}`,
  `- sees: ${source.sees}`,
  `- in hashsieve: ${useText(source)}`,
  `- where: ${source.door}`,
];

const small = { uploads: 10_000, company: true, cloudflare: false, posts: 'public', kind: 'forum' } as const;

/** Examples of operators. The page names for each the order in which to apply. */
const examples: readonly (readonly [string, Answers])[] = [
  ['in the United States, a company', { ...small, country: 'US' }],
  ['in the United Kingdom, a small company', { ...small, country: 'GB' }],
  ['in the Netherlands, hosting', { ...small, country: 'NL', kind: 'hosting' }],
  ['in Germany, hosting', { ...small, country: 'DE', kind: 'hosting' }],
  ['in Germany, a person with a forum', { ...small, country: 'DE', company: false }],
  ['in France, with adult content', { ...small, country: 'FR', kind: 'adult' }],
  ['in Canada or Australia, a company', { ...small, country: 'CA' }],
  ['in Korea, a company', { ...small, country: 'KR' }],
  ['a person anywhere else', { ...small, country: 'NZ', company: false }],
  ['a company with more than ten million pictures a month', { ...small, country: 'NZ', uploads: 20_000_000 }],
];

/** Table of the order in which each example applies to the sources, as `init` names it. Markdown. */
const orderTable = (): string =>
  [
    '| you are | apply, in this order |',
    '| --- | --- |',
    ...examples.map(([who, answers]) => {
      const { apply } = adviceFor(answers);
      return `| ${who} | ${apply.map(({ source }, at) => `${at + 1}. ${source.name}`).join('; ')} |`;
    }),
  ].join('\n');

/** The generated part of docs/get-a-list.md. Markdown. */
export const sourcesText = (): string =>
  [
    `Looked up on ${checkedOn}. Things change: check with them before you rely on a line.`,
    '',
    '## In which order',
    '',
    orderTable(),
    '',
    '## What each gives, sees and costs',
    '',
    comparisonTable(),
    '',
    '## Every fact with its date',
    ...(Object.keys(sources) as SourceKey[]).flatMap((key) => [
      '',
      `### ${sources[key].name}`,
      '',
      ...sourceLines(sources[key]),
    ]),
  ].join('\n');
