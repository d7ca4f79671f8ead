import { displayUri } from '../core/index.js';
import {
  Checker,
  commonOpenPoints,
  itemsOf,
  json,
  needUrl,
  pageOf,
  parseDraft,
  pieceOf,
  seenAt,
} from './case/index.js';
import type { Authority, Case } from './types.js';

const draftMark = 'DRAFT, not sent. Drafted by hashsieve from detection events.';

const addresses = (found: Case) =>
  found.files.map((file) => ({
    url: needUrl(file, 'the hotline'),
    page: pageOf(file),
    seenAt: seenAt(found, file),
    hostIp: file.context.hostIp,
    insideArchive: file.event.member && displayUri(file.event.member),
    piece: pieceOf(file),
    frame: file.event.frame,
  }));

export const iwf: Authority = {
  title: 'Internet Watch Foundation, or another INHOPE hotline',
  about: 'web addresses with the times at which they were seen, for the web form of a hotline',
  filing: [
    "Paste each address of report.txt into the hotline's web form. Hotlines take addresses, never files.",
  ],
  groupBy: 'host',

  draft(found) {
    const list = addresses(found);
    const reporter = found.anonymous
      ? undefined
      : { organisation: found.operator.organisation, email: found.operator.reporter.email };
    const lines = list.flatMap((item) => [
      `${item.seenAt} ${displayUri(item.url)}`,
      ...(item.page === undefined ? [] : [`  shown on the page ${displayUri(item.page)}`]),
      ...(item.hostIp === undefined ? [] : [`  served from ${item.hostIp}`]),
      ...(item.insideArchive === undefined ? [] : [`  inside the archive, as: ${item.insideArchive}`]),
      ...(item.piece === undefined ? [] : [`  only a piece of the file: ${displayUri(item.piece)}`]),
      ...(item.frame === undefined ? [] : [`  frame ${item.frame} (counted from 0)`]),
    ]);
    const text = `${draftMark}\n\n${lines.join('\n')}\n`;
    return {
      files: { 'report.json': json({ draft: draftMark, reporter, addresses: list }), 'report.txt': text },
      summary: text,
      open: commonOpenPoints(found),
    };
  },

  check(files, now) {
    const parsed = parseDraft(files, 'report.json');
    if ('findings' in parsed) return parsed.findings;
    const checker = new Checker('report.json', now);
    itemsOf(checker, parsed.value.addresses, '/addresses').forEach((item, i) => {
      const at = `/addresses[${i + 1}]`;
      checker.url(item.url, `${at}/url`);
      checker.time(item.seenAt, `${at}/seenAt`);
    });
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
