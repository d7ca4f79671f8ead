import { createRequire } from 'node:module';
import type * as XmlBuilder from 'xmlbuilder2';
import { displayUri, isComplete, xmlBuilderText } from '../core/index.js';
import { type Finding, findingOf } from './finding.js';
import type { OutputFormat } from './types.js';

/**
 * JUnit's XML as Jenkins, GitLab, Forgejo and others read it: a test case for each record. A match is a failure, what
 * could not be looked at an error, what needs nobody is skipped. Redacted, because everybody who may see a build sees
 * it.
 */
export const junit: OutputFormat = {
  extensions: ['xml'],
  about: 'JUnit XML, redacted: place and event id',
  create: ({ directory }) => {
    // The package takes half a second to load, so it is loaded only when XML is written.
    const { fragment } = createRequire(import.meta.url)('xmlbuilder2') as typeof XmlBuilder;
    const caseOf = (place: string, what: Record<string, unknown>) =>
      `${fragment({ testcase: { '@classname': 'hashsieve', '@name': xmlBuilderText(place), ...what } })}\n`;
    return {
      begin: () => '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n<testsuite name="hashsieve">\n',
      record: (record) => {
        const finding = findingOf(record, directory);
        if (finding) return caseOf(finding.place, answerOf(finding));
        const skipped = record.outcome === 'skipped' ? { skipped: { '@message': record.code } } : {};
        return caseOf(displayUri(record.uri), skipped);
      },
      // A run that saw less than everything must not look green, though each file that it saw does.
      end: (summary) => {
        const whole = isComplete(summary)
          ? ''
          : caseOf('the whole run', { error: { '@message': 'The run is not complete: exit code 3 or 11.' } });
        return `${whole}</testsuite>\n</testsuites>\n`;
      },
    };
  },
};

function answerOf({ level, rule, message, settled }: Finding): Record<string, unknown> {
  const said = { '@type': rule, '@message': xmlBuilderText(message) };
  if (settled !== undefined) return { skipped: { '@message': `${settled}: ${xmlBuilderText(message)}` } };
  return rule === 'not-looked-at' || level === 'note' ? { error: said } : { failure: said };
}
