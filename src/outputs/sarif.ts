import { isComplete } from '../core/index.js';
import { type Finding, findingOf, findingRules } from './finding.js';
import { asciiControls } from './jsonl.js';
import type { OutputFormat } from './types.js';

/**
 * SARIF 2.1.0 (OASIS, 2020): one run with a result for each finding. Redacted, because everybody who may see a
 * repository's alerts sees it.
 */
export const sarif: OutputFormat = {
  extensions: ['sarif'],
  about: 'SARIF 2.1.0 for code scanning, redacted: place and event id',
  create: ({ directory, version }) => {
    let first = true;
    return {
      begin: () => {
        const tool = JSON.stringify({ driver: { ...driver, ...(version === undefined ? {} : { version }) } });
        return `{"$schema":"${schema}","version":"2.1.0","runs":[{"tool":${tool},"results":[`;
      },
      record: (record) => {
        const finding = findingOf(record, directory);
        if (!finding) return '';
        const separator = first ? '\n' : ',\n';
        first = false;
        return separator + asciiControls(JSON.stringify(resultOf(finding)));
      },
      end: (summary) => {
        const { matched, clear, skipped, failed } = summary.outcomes;
        const invocations = [{ executionSuccessful: isComplete(summary) }];
        const properties = { found: summary.found, matched, clear, skipped, failed };
        const rest = JSON.stringify({ columnKind: 'utf16CodeUnits', invocations, properties }).slice(1);
        return `${first ? '' : '\n'}],${rest}]}\n`;
      },
    };
  },
};

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const driver = {
  name: 'hashsieve',
  rules: Object.entries(findingRules).map(([id, text]) => ({ id, shortDescription: { text } })),
};

const resultOf = ({ rule, level, uri, message, eventId, settled }: Finding) => ({
  ruleId: rule,
  level,
  message: { text: message },
  // Viewers want a region; a picture has no lines.
  locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } } }],
  ...(eventId === undefined ? {} : { partialFingerprints: { 'hashsieveEvent/v1': eventId } }),
  ...(settled === undefined ? {} : { suppressions: [{ kind: 'external', justification: settled }] }),
});
