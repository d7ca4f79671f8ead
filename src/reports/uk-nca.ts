import {
  addressLine,
  Checker,
  commonOpenPoints,
  fullName,
  isObject,
  itemsOf,
  json,
  parseDraft,
} from './case/index.js';
import { accountFacts, accountText, fileFacts, fileText } from './hotline.js';
import type { Authority, Case } from './types.js';

const draftMark = 'DRAFT, not sent. Drafted by hashsieve from detection events.';

const authorised = ({ operator }: Case) => {
  const person = operator.contact ?? operator.reporter;
  return {
    organisation: operator.organisation,
    name: fullName(person) || undefined,
    email: person.email,
    phone: person.phone,
    address: addressLine(person) || undefined,
  };
};

export const ukNca: Authority = {
  title: 'National Crime Agency (United Kingdom)',
  about: 'the known parts of a report under the Online Safety Act 2023, s. 66, as JSON and as text to paste',
  filing: [
    'Register with the NCA (SI 2026/268) and file by its portal or interface.',
    "report.json follows the outline of SI 2025/368. The NCA's own format, and the schedule of SI 2026/268, were not available to the authors: compare before you file.",
  ],
  groupBy: 'user',
  named: 'the report names an authorised person',

  draft(found) {
    const person = authorised(found);
    const value = {
      draft: draftMark,
      authorisedPerson: person,
      detectedContent: found.files.map((file) => fileFacts(found, file)),
      user: accountFacts(found.uploader),
      otherData: { service: found.operator.service, domain: found.operator.domain },
      declarationOfCompleteness: null,
      priorityAssessment: null,
      subsequentReportTo: null,
    };
    const text = [
      `${draftMark}\n\nAuthorised person\n  ${[person.name, person.organisation].filter(Boolean).join(', ')}\n`,
      `  ${[person.email, person.phone, person.address].filter(Boolean).join(', ')}\n\n`,
      `Service: ${found.operator.service ?? found.operator.domain}\n\n`,
      accountText(found.uploader),
      ...found.files.map((file, i) => `\n${fileText(found, file, i + 1)}`),
      '\nDeclaration of completeness: to be made by the authorised person\n',
      'Priority assessment: to be made by the authorised person\n',
    ].join('');
    return {
      files: { 'report.json': json(value), 'report.txt': text },
      open: [
        ...commonOpenPoints(found),
        'Outside the UK: report only content with a link to the UK.',
        'Make the declaration of completeness and the priority assessment (declarationOfCompleteness: true or false, priorityAssessment: text); both are null in the draft.',
        'Say whether this follows an earlier report (subsequentReportTo).',
        ...(person.name && person.email
          ? []
          : [
              'Name and e-mail address of the authorised person are missing (operator.contact or operator.reporter).',
            ]),
      ],
    };
  },

  check(files, now) {
    const parsed = parseDraft(files, 'report.json');
    if ('findings' in parsed) return parsed.findings;
    const { value } = parsed;
    const checker = new Checker('report.json', now);
    const person = isObject(value.authorisedPerson) ? value.authorisedPerson : {};
    for (const key of ['organisation', 'name', 'email'])
      checker.text(person[key], `/authorisedPerson/${key}`);
    itemsOf(checker, value.detectedContent, '/detectedContent').forEach((item, i) => {
      const at = `/detectedContent[${i + 1}]`;
      if (item.seenAt === undefined) checker.time(item.seenAt, `${at}/seenAt`);
      checker.times(item, at);
      if (item.url !== undefined) checker.url(item.url, `${at}/url`);
      const hashes = isObject(item.hashes) ? item.hashes : {};
      checker.pattern(hashes.sha256, `${at}/hashes/sha256`, /^[0-9a-f]{64}$/);
    });
    checker.times(value.user, '/user');
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
