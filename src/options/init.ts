import type { OptionSpec } from '../config/index.js';

/** Options of `init`; a part of the one table in table.ts. */
export const initSpecs = {
  yes: {
    flags: '-y, --yes',
    kind: 'flag',
    flagOnly: true,
    about: 'ask nothing; what is not said has its default',
  },
  country: { flags: '--country <code>', kind: 'text', flagOnly: true, about: 'where the service is run: DE' },
  kind: {
    flags: '--kind <kind>',
    kind: 'text',
    flagOnly: true,
    about: 'what it is: hosting, forum, social, chat, adult, other (default: other)',
  },
  uploads: {
    flags: '--uploads <count>',
    kind: 'count',
    flagOnly: true,
    about: 'pictures that users upload in a month, about (default: 10000)',
  },
  company: {
    flags: '--company',
    kind: 'flag',
    flagOnly: true,
    about: 'a registered company or organisation runs it, not a person',
  },
  cloudflare: {
    flags: '--cloudflare',
    kind: 'flag',
    flagOnly: true,
    about: 'Cloudflare serves its pictures',
  },
  posts: {
    flags: '--posts <kind>',
    kind: 'text',
    flagOnly: true,
    about:
      'who sees uploads: public (everybody or a group), private (whom it is sent to), both (default: public)',
  },
} as const satisfies Record<string, OptionSpec>;
