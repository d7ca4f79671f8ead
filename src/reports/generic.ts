import { Checker, commonOpenPoints, isObject, itemsOf, json, parseDraft } from './case/index.js';
import type { Authority } from './types.js';

export const generic: Authority = {
  title: 'Any authority: the whole case',
  about: 'the whole case as JSON, for an authority that has no format here',
  filing: ["Take from case.json and summary.txt what the authority's form asks for."],
  groupBy: 'user',
  named: 'the whole case says who reports',

  draft(found) {
    const { files, now, jurisdiction, toolVersion, filed, ...rest } = found;
    const value = {
      draft: 'DRAFT, not sent. Drafted by hashsieve from detection events.',
      schema: 'hashsieve/case/1',
      draftedAt: new Date(now).toISOString(),
      tool: { name: 'hashsieve', version: toolVersion },
      jurisdiction: jurisdiction.code,
      ...rest,
      ...(filed?.size ? { filedWithNcmec: Object.fromEntries(filed) } : {}),
      files: files.map(({ event, context, url, fileName, matches }) => ({
        url,
        fileName,
        event,
        matches,
        context,
      })),
    };
    return { files: { 'case.json': json(value) }, open: commonOpenPoints(found) };
  },

  check(files, now) {
    const parsed = parseDraft(files, 'case.json');
    if ('findings' in parsed) return parsed.findings;
    const { value } = parsed;
    const checker = new Checker('case.json', now);
    if (value.schema !== 'hashsieve/case/1')
      checker.add('/schema', 'enumeration', 'must be hashsieve/case/1');
    checker.time(value.draftedAt, '/draftedAt');
    const operator = isObject(value.operator) ? value.operator : {};
    checker.text(operator.organisation, '/operator/organisation');
    checker.times(value.uploader, '/uploader');
    itemsOf(checker, value.files, '/files').forEach((file, i) => {
      const { ncmec: _, ...context } = isObject(file.context) ? file.context : {};
      checker.times(context, `/files[${i + 1}]/context`);
      const event = isObject(file.event) ? file.event : {};
      checker.text(event.id, `/files[${i + 1}]/event/id`);
      checker.text(event.uri, `/files[${i + 1}]/event/uri`);
      checker.time(event.detectedAt, `/files[${i + 1}]/event/detectedAt`);
    });
    return checker.findings;
  },
};
