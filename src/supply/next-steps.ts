import { adviceFor, type Recommendation } from './advice.js';
import { sourceLines } from './page.js';
import { checkedOn } from './sources.js';
import type { Answers, ServiceKind } from './types.js';

const kinds: Readonly<Record<ServiceKind, string>> = {
  hosting: 'hosting of files or pictures',
  forum: 'a forum or comments',
  social: 'a social network or part of the fediverse',
  chat: 'chat',
  adult: 'adult content',
  other: 'something else',
};

/** The page NEXT-STEPS.md for an operator: what to do today, what to apply for, and what the forms ask. Markdown. */
export function nextSteps(answers: Answers): string {
  const { before, today, apply } = adviceFor(answers);
  const sections = [
    '# Next steps',
    about(answers),
    '## Before the first find',
    before.map((line) => `- ${line}.`).join('\n'),
    '## Today, with nobody’s leave',
    [
      '1. Scan: `hashsieve scan FOLDER`. Without a list it keeps the fingerprints of everything (MD5, SHA-1, SHA-256, PDQ) and',
      '   compares with the test picture and your own list. Its code 0 does **not** mean that the pictures are clear: a gate',
      '   for uploads says `--require-list`.',
      '2. Press the test button: `hashsieve selftest`.',
      '3. Put every picture that you remove on your own list: `hashsieve list add --from-image FILE`.',
    ].join('\n'),
    ...today.filter(({ key }) => key !== 'own').map(section),
    '## Apply for, in this order',
    ...apply.map(section),
    '## When a list or an answer comes',
    [
      '1. Store credentials in a file of mode 0600, and fill in the block of the configuration (docs/lists.md).',
      '2. `hashsieve rematch --list NAME` compares everything that was ever scanned, without reading a picture again.',
      '3. Name the list in the configuration (`"list": ["NAME"]`), so that every scan uses it, and set `"requireList": true`.',
      '4. `hashsieve list info NAME` says what it can find.',
    ].join('\n'),
    '## Papers to have ready',
    '- legal name, registration number and certificate, trading since, number of employees, group, addresses\n' +
      '- the site, what users can do there, countries served, users in the United Kingdom\n' +
      '- uploads a month, largest file, videos or not\n' +
      '- contact, deputy, who reports; how you review; where data are processed',
    '## Questions to ask everybody who gives you a list',
    '- Which algorithms, and how many entries of each? How many have PDQ?\n' +
      '- Which categories, under whose law? What happens to a wrong entry, and how do we report one?\n' +
      '- How often is it updated? May a rented server hold it?\n' +
      '- How long do you keep what we send? Do you report us, or our user? From which volume does it cost?',
  ];
  return `${sections.join('\n\n')}\n`;
}

function about({ country, kind, uploads, company, cloudflare, posts }: Answers): string {
  const who = company ? 'a company or organisation' : 'a person';
  return (
    `Written by \`hashsieve init\` for ${who} in ${country}: ${kinds[kind]}, about ${uploads} pictures a month, ` +
    `${posts === 'both' ? 'public posts and private messages' : posts === 'public' ? 'public posts' : 'private messages'}, ` +
    `${cloudflare ? 'behind Cloudflare' : 'not behind Cloudflare'}. The facts were looked up on ${checkedOn}: **check with them** ` +
    'before you rely on one. This is no legal advice. docs/get-a-list.md has all sources.'
  );
}

const section = ({ source, why }: Recommendation): string =>
  [`### ${source.name} (${source.by})`, '', `Why: ${why}.`, '', ...sourceLines(source)].join('\n');
