import { displayUri, printable, UsageError } from '../core/index.js';
import {
  addressLine,
  commonOpenPoints,
  fullName,
  gradeOf,
  gradesBeyondLists,
  insideNotes,
  json,
  listsOf,
  matchSentences,
  needUrl,
  pageOf,
  seenAt,
} from './case/index.js';
import type { Authority, Case, Finding } from './types.js';
import { byAddress, checkXarf, xarfNotice } from './xarf.js';

/** Letters to the operators of the machine or the site. These are no authorities, so a letter is no report. */

const scopes = {
  network: 'runs the network of the address',
  registrar: 'registered the name; can do less than who runs the machine',
  convention: 'the customary address of the domain (RFC 2142); whether it exists is not known',
  given: 'given by you',
} as const;

const asked = {
  host: [
    'Preserve the files, the account behind them and its logs as your law demands, then make the files unavailable.',
    'Do not open them, and do not pass them on.',
    'Report them to the authority in charge of you, and tell your customer nothing before it agrees.',
  ],
  owner: [
    'Take the addresses offline without deleting the files: they are evidence, and your law may demand that you preserve them.',
    'Do not open them, and do not pass them on.',
    'Report them to the authority in charge of you.',
  ],
} as const;

function greetingAndFacts(found: Case): string {
  const byUrl = new Map<string, string[]>();
  for (const file of found.files) {
    const url = needUrl(file, 'a notice');
    const lines = byUrl.get(url) ?? [
      `  seen ${seenAt(found, file)} (UTC)${file.context.hostIp ? `, served from ${file.context.hostIp}` : ''}`,
    ];
    const page = pageOf(file);
    const shown = page === undefined ? [] : [`  shown on the page ${displayUri(page)}`];
    byUrl.set(url, [
      ...lines,
      ...shown.filter((line) => !lines.includes(line)),
      ...insideNotes(file).map((note) => `  ${note}`),
      `  SHA-256 ${file.event.digests.sha256}`,
      ...matchSentences(file, 'host').map((sentence) => `  ${sentence}`),
    ]);
  }
  return [...byUrl].map(([url, lines]) => `${displayUri(url)}\n${lines.join('\n')}\n`).join('\n');
}

function signature(found: Case): string {
  if (found.anonymous)
    return 'The sender is not named, as Article 16(2)(c) of Regulation (EU) 2022/2065 allows for these offences.';
  const { organisation, reporter } = found.operator;
  return [
    fullName(reporter),
    organisation,
    [reporter.email, reporter.phone].filter(Boolean).join(', '),
    addressLine(reporter),
  ]
    .filter((line) => line !== '')
    .map((line) => printable(line))
    .join('\n');
}

/** The letter as plain text. */
export function letter(found: Case, to: keyof typeof asked): string {
  const viewed = found.files.some((file) => file.context.review?.fileViewed);
  const told = found.told ?? [];
  const grades = gradesBeyondLists(found, found.files);
  const receiver = to === 'host' ? 'a machine of yours or your customer' : 'your site';
  return [
    'To whom it may concern\n\n',
    `Files at these addresses, on ${receiver}, match entries of ${listsOf(found.files)}:\n\n`,
    greetingAndFacts(found),
    `\nThey were found automatically, by comparing hashes${viewed ? '; a person has looked at some of them' : '; nobody is recorded as having looked at them'}. `,
    grades ? `${grades} ` : '',
    'A match is a strong hint, not a finding of fact. No material is attached, on purpose. ',
    'The addresses are given so that you can act on them; please do not forward this letter more widely than you must.\n\n',
    `We ask you, without delay:\n${asked[to].map((line, i) => `${i + 1}. ${line}\n`).join('')}\n`,
    told.length > 0
      ? `Told already: ${printable(told.join('; '))}.\n\n`
      : 'Whether an authority was told already is not stated here.\n\n',
    'We believe in good faith that the statements in this letter are accurate and complete.\n\n',
    `${signature(found)}\n`,
  ].join('');
}

export const subjectOf = (found: Case): string =>
  `Illegal content on ${printable(found.group.key.replace(/^host:/, ''))}: ${found.files.length} file(s), please act without delay`;

const recipientsText = (found: Case): string =>
  (found.recipients ?? []).map(({ email, scope }) => `${printable(email)}\n  ${scopes[scope]}\n`).join('');

function xarfFiles(
  found: Case,
  uuid: () => string,
): { readonly files: Record<string, string>; readonly open: readonly string[] } {
  if (found.anonymous)
    return { files: {}, open: ['XARF names its reporter: no notice in XARF was drafted.'] };
  if (found.files.some((file) => !gradeOf(found, file))) {
    return {
      files: {},
      open: [
        'XARF demands a classification, and nobody gave one: no notice in XARF was drafted (--classification, or review.classification in --context).',
      ],
    };
  }
  const notices = byAddress(found).map((files) => json(xarfNotice(found, files, uuid())));
  return {
    files: Object.fromEntries(
      notices.map((text, i) => [`notice-${String(i + 1).padStart(3, '0')}.json`, text]),
    ),
    open: [],
  };
}

function noticeTo(to: keyof typeof asked): Authority {
  return {
    title: to === 'host' ? 'Hosting provider: notice' : 'Site owner: notice',
    about: to === 'host' ? 'letter to a hosting provider' : 'letter to the owner of a site',
    filing: [
      'Choose the recipient in recipients.txt, read letter.txt, and send letter.eml with your mail program.',
      'Send it to nobody else: the letter holds addresses of illegal material.',
      'A notice is no report to an authority. Report first.',
    ],
    groupBy: 'host',
    statesIllegality: true,

    draft(found, uuid) {
      if (!found.anonymous && !found.operator.reporter.email) {
        throw new UsageError(
          'a notice names a contact: set operator.reporter.email, or use --anonymous where the law allows it',
        );
      }
      const { files, open } = xarfFiles(found, uuid);
      const recipients = found.recipients ?? [];
      return {
        files: { 'letter.txt': letter(found, to), 'recipients.txt': recipientsText(found), ...files },
        summary: letter(found, to),
        open: [
          ...commonOpenPoints(found),
          ...open,
          ...(recipients.length === 0
            ? ['No recipient is known: give --recipient, or look it up with --rdap.']
            : []),
          ...(found.told
            ? []
            : ['Say who was told already, if you may: --told "NCMEC CyberTipline, report 123".']),
        ],
      };
    },

    check(files, now) {
      const findings: Finding[] = ['letter.txt', 'recipients.txt']
        .filter((file) => !files.has(file))
        .map((file) => ({ file, element: '/', rule: 'required', message: 'the file is missing' }));
      const notices = [...files.keys()].filter((name) => /^notice-\d{3,}\.json$/.test(name)).sort();
      return [...findings, ...notices.flatMap((name) => checkXarf(files, name, now))];
    },
  };
}

/** The receivers of letters, by the names that `report notice --to` takes. */
export const notices = { host: noticeTo('host'), owner: noticeTo('owner') } satisfies Record<
  string,
  Authority
>;
export type NoticeName = keyof typeof notices;
export const noticeNames = Object.keys(notices) as readonly NoticeName[];
