import { displayUri } from '../core/index.js';
import {
  Checker,
  commonOpenPoints,
  fullName,
  gradesBeyondLists,
  insideNotes,
  isObject,
  itemsOf,
  json,
  listsOf,
  matchSentences,
  needUrl,
  pageOf,
  parseDraft,
  seenAt,
  some,
} from './case/index.js';
import type { Authority, Case } from './types.js';

const draftMark = 'DRAFT, not sent. Drafted by hashsieve from detection events.';
export const goodFaith =
  'The notifier believes in good faith that the information and allegations in this notice are accurate and complete.';

const reasons = (found: Case): string =>
  `The files at these addresses match entries of ${listsOf(found.files)}. They were found ` +
  'automatically, by comparing hashes; ' +
  (found.files.some((file) => file.context.review?.fileViewed)
    ? 'some were looked at by a person.'
    : 'nobody is recorded as having looked at them.') +
  [gradesBeyondLists(found, found.files)].map((grades) => (grades ? ` ${grades}` : '')).join('') +
  ' Such material is illegal content (Directive 2011/93/EU, Articles 3 to 7).';

export const euDsa16: Authority = {
  title: 'Hosting service in the EU: notice under the Digital Services Act, Art. 16',
  about: 'an Art. 16 notice: reasons, exact addresses, notifier, good-faith statement',
  filing: [
    "Send it by the hosting service's notice form, or to its point of contact.",
    'For offences under Articles 3 to 7 of Directive 2011/93/EU name and e-mail address of the notifier may be left out (--anonymous).',
    'A notice to a host is no report to the police.',
  ],
  groupBy: 'host',
  statesIllegality: true,

  draft(found) {
    const items = found.files.map((file) => ({
      url: needUrl(file, 'the notice'),
      page: pageOf(file),
      seenAt: seenAt(found, file),
      inside: some(insideNotes(file)),
      detection: matchSentences(file, 'host'),
      sha256: file.event.digests.sha256,
    }));
    const notifier = found.anonymous
      ? null
      : {
          name: fullName(found.operator.reporter) || found.operator.organisation,
          email: found.operator.reporter.email,
        };
    const text = [
      `${draftMark}\n\nNotice of illegal content (Regulation (EU) 2022/2065, Article 16)\n\n`,
      `Reasons\n${reasons(found)}\n\nAddresses\n`,
      ...items.map(
        (item) =>
          `${item.seenAt} ${displayUri(item.url)}\n${item.page === undefined ? '' : `  shown on the page ${displayUri(item.page)}\n`}${[...(item.inside ?? []), ...item.detection].map((m) => `  ${m}\n`).join('')}`,
      ),
      `\nNotifier\n${notifier ? [notifier.name, notifier.email].filter(Boolean).join(', ') : 'Not named, as Article 16(2)(c) allows for these offences.'}\n`,
      `\n${goodFaith}\n`,
    ].join('');
    return {
      files: {
        'report.json': json({ draft: draftMark, reasons: reasons(found), items, notifier, goodFaith }),
        'report.txt': text,
      },
      summary: text,
      open: [
        ...commonOpenPoints(found),
        'Read the good-faith statement: it is yours once the notice is sent.',
        ...(notifier && !notifier.email
          ? ["The notifier's e-mail address is missing (operator.reporter.email), or use --anonymous."]
          : []),
      ],
    };
  },

  check(files, now) {
    const parsed = parseDraft(files, 'report.json');
    if ('findings' in parsed) return parsed.findings;
    const { value } = parsed;
    const checker = new Checker('report.json', now);
    checker.text(value.reasons, '/reasons');
    checker.text(value.goodFaith, '/goodFaith');
    itemsOf(checker, value.items, '/items').forEach((item, i) => {
      checker.url(item.url, `/items[${i + 1}]/url`);
      checker.time(item.seenAt, `/items[${i + 1}]/seenAt`);
    });
    if (value.notifier !== null) {
      const notifier = isObject(value.notifier) ? value.notifier : {};
      checker.text(notifier.name, '/notifier/name');
      checker.text(notifier.email, '/notifier/email');
    }
    if (!files.has('report.txt'))
      checker.findings.push({
        file: 'report.txt',
        element: '/',
        rule: 'required',
        message: 'the file is missing',
      });
    return checker.findings;
  },
};
