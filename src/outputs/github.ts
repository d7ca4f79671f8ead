import { findingOf } from './finding.js';
import type { OutputFormat } from './types.js';

/**
 * Annotations of GitHub Actions: commands that the runner reads from standard output. Redacted, because everybody who
 * may see the repository sees them.
 */
export const github: OutputFormat = {
  extensions: [],
  about: 'annotations of GitHub Actions, redacted: place and event id',
  create: ({ directory }) => ({
    begin: () => '',
    record: (record) => {
      const finding = findingOf(record, directory);
      if (!finding) return '';
      const command = finding.level === 'note' ? 'notice' : finding.level;
      const title = `hashsieve: ${finding.rule}`;
      const message =
        finding.settled === undefined ? finding.message : `${finding.message} (${finding.settled})`;
      return `::${command} file=${property(finding.place)},title=${property(title)}::${data(message)}\n`;
    },
    end: () => '',
  }),
};

// The runner takes these characters for the end of a line, of the command, or of a property.
const escapes: Readonly<Record<string, string>> = {
  '%': '%25',
  '\r': '%0D',
  '\n': '%0A',
  ':': '%3A',
  ',': '%2C',
};
const data = (text: string) => text.replace(/[%\r\n]/g, (char) => escapes[char]!);
const property = (text: string) => text.replace(/[%\r\n:,]/g, (char) => escapes[char]!);
