import { displayUri } from '../core/index.js';
import {
  Checker,
  commonOpenPoints,
  distinct,
  isObject,
  itemsOf,
  json,
  needUrl,
  parseDraft,
  seenAt,
} from './case/index.js';
import type { Authority, Case, Finding } from './types.js';

/** Distinct addresses with the first time each was seen. */
function addresses(found: Case): readonly { readonly address: string; readonly seenAt: string }[] {
  const first = new Map<string, string>();
  for (const file of found.files) {
    const url = needUrl(file, 'the Canadian report');
    if (!first.has(url)) first.set(url, seenAt(found, file));
  }
  return [...first].map(([address, at]) => ({ address, seenAt: at }));
}

export const caC3p: Authority = {
  title: 'Canadian Centre for Child Protection, Cybertip.ca (Canada)',
  about: 'Internet addresses and times, nothing else, as Canadian law demands',
  filing: [
    'Enter the addresses of report.txt in the reporting system of Cybertip.ca. It accepts nothing else.',
    'Keep the receipt that it issues.',
    'Everything else in this directory (manifest.json, CHECKLIST.md, summary.txt) is for your own record: do not send it.',
  ],
  groupBy: 'host',

  draft(found) {
    const list = addresses(found);
    const shared = distinct(list.map(({ address }) => address)).length;
    const text = list.map((item) => `${item.seenAt} ${displayUri(item.address)}\n`).join('');
    return {
      files: { 'report.json': json({ addresses: list }), 'report.txt': text },
      summary: text,
      open: [
        ...commonOpenPoints(found),
        `Notify the police separately: this report (${shared} address(es)) does not reach them.`,
      ],
    };
  },

  check(files, now) {
    const parsed = parseDraft(files, 'report.json');
    if ('findings' in parsed) return parsed.findings;
    const checker = new Checker('report.json', now);
    checker.only(parsed.value, '', ['addresses']);
    itemsOf(checker, parsed.value.addresses, '/addresses').forEach((item, i) => {
      const at = `/addresses[${i + 1}]`;
      checker.only(item, at, ['address', 'seenAt']);
      checker.url(item.address, `${at}/address`);
      checker.time(item.seenAt, `${at}/seenAt`);
    });
    return [...checker.findings, ...checkText(files, parsed.value)];
  },
};

/** Checks that the text agrees with the JSON. */
function checkText(
  files: ReadonlyMap<string, string>,
  value: { readonly [key: string]: unknown },
): readonly Finding[] {
  const items = Array.isArray(value.addresses) ? value.addresses.filter(isObject) : [];
  const wanted = items.map((item) => `${item.seenAt} ${displayUri(String(item.address))}`).join('\n');
  if (files.get('report.txt')?.trimEnd() === wanted) return [];
  const message = 'does not hold the addresses and times of report.json, one a line';
  return [{ file: 'report.txt', element: '/', rule: 'reference', message }];
}
