import { createHash } from 'node:crypto';
import { type Finding, findingOf } from './finding.js';
import { asciiControls } from './jsonl.js';
import type { OutputFormat } from './types.js';

/**
 * GitLab's code quality report: one JSON array with an object for each finding. Redacted, because everybody who may see
 * a merge request sees it.
 */
export const gitlab: OutputFormat = {
  extensions: ['json'],
  about: 'code quality report of GitLab, redacted: place and event id',
  create: ({ directory }) => {
    let first = true;
    return {
      begin: () => '[',
      record: (record) => {
        const finding = findingOf(record, directory);
        // A report has no place for what needs nobody any more.
        if (!finding || finding.settled !== undefined) return '';
        const separator = first ? '\n' : ',\n';
        first = false;
        return separator + asciiControls(JSON.stringify(issueOf(finding)));
      },
      end: () => `${first ? '' : '\n'}]\n`,
    };
  },
};

const severities = { error: 'blocker', warning: 'major', note: 'info' } as const;

const issueOf = ({ rule, level, place, message, eventId, uri }: Finding) => ({
  description: message,
  check_name: rule,
  // Tells this finding of one pipeline from that of the next; the id of an event does not change between runs.
  fingerprint: eventId ?? createHash('sha256').update(`${rule} ${uri}`).digest('hex'),
  severity: severities[level],
  location: { path: place, lines: { begin: 1 } },
});
